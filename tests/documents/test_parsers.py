"""Every file of the corpus ends as the corpus says."""

import pytest

from ishtirak.adapters.document_parsers import refusal
from ishtirak.documents.model import Reason
from tests.documents.corpus import GOOD, HOSTILE


@pytest.mark.parametrize("name", GOOD)
def test_an_ordinary_file_is_accepted(name: str) -> None:
    content_type, make = GOOD[name]

    assert refusal(make(), content_type=content_type) is None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_for_its_reason(name: str) -> None:
    content_type, make, reason = HOSTILE[name]

    assert refusal(make(), content_type=content_type) is reason


def test_the_corpus_shows_every_reason_the_parsers_can_give() -> None:
    shown = {reason for _, _, reason in HOSTILE.values()}

    assert shown == set(Reason) - {Reason.SIZE_DIFFERS, Reason.CONTENT_DIFFERS, Reason.NOT_SCANNABLE}
