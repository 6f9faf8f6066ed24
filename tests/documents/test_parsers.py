"""Every file of the corpus ends as the corpus says."""

from datetime import date

import pytest

from ishtirak.adapters import document_parsers
from ishtirak.adapters.document_parsers import MAX_DEPTH, MAX_OBJECTS, MAX_TRAILING
from ishtirak.documents.limits import limits_on
from ishtirak.documents.model import ContentType, RefusalReason
from local.sample_documents import pdf
from tests.documents.bombs import BOMBS, USUAL
from tests.documents.corpus import (
    ACTIVE_KEYS,
    ACTIVE_NAMES,
    GOOD,
    HOSTILE,
    JPEG,
    PDF,
    PNG,
    many_objects,
    nested,
    object_stream_bomb,
    photograph,
    report,
    screenshot,
    with_key,
    with_name,
)

LIMITS = limits_on(date(2026, 11, 25))


def refusal(content: bytes, *, content_type: ContentType) -> RefusalReason | None:
    return document_parsers.refusal(content, content_type=content_type, limits=LIMITS)


@pytest.mark.parametrize("name", GOOD)
def test_an_ordinary_file_is_accepted(name: str) -> None:
    content_type, make = GOOD[name]

    assert refusal(make(), content_type=content_type) is None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_for_its_reason(name: str) -> None:
    content_type, make, reason = HOSTILE[name]

    assert refusal(make(), content_type=content_type) is reason


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_for_its_reason(name: str) -> None:
    content_type, make, reason = BOMBS[name]

    assert refusal(make(), content_type=content_type) is reason


@pytest.mark.parametrize("name", USUAL)
def test_what_ordinary_programs_write_is_not_taken_for_a_bomb(name: str) -> None:
    content_type, make = USUAL[name]

    assert refusal(make(), content_type=content_type) is None


@pytest.mark.parametrize("name", ACTIVE_KEYS)
def test_every_active_key_is_refused_wherever_it_is(name: str) -> None:
    assert refusal(with_key(name), content_type=PDF) is RefusalReason.ACTIVE_CONTENT
    assert refusal(with_key(name + "x"), content_type=PDF) is None


@pytest.mark.parametrize("under", ["S", "Type", "Subtype"])
@pytest.mark.parametrize("name", ACTIVE_NAMES)
def test_every_active_name_is_refused_where_it_names_something(name: str, under: str) -> None:
    assert refusal(with_name(name, under=under), content_type=PDF) is RefusalReason.ACTIVE_CONTENT
    assert refusal(with_name(name, under="BaseFont"), content_type=PDF) is None


def test_what_a_structure_may_expand_to_is_bounded() -> None:
    free = LIMITS.ratio_free_bytes // 2**20
    most = LIMITS.stream_bytes // 2**20

    assert refusal(object_stream_bomb(free - 1), content_type=PDF) is None
    assert refusal(object_stream_bomb(free + 1), content_type=PDF) is RefusalReason.EXPANDS_TOO_MUCH
    assert refusal(object_stream_bomb(most + 1), content_type=PDF) is RefusalReason.DAMAGED


def test_lists_may_be_as_deep_as_the_limit_and_no_deeper() -> None:
    assert refusal(nested(MAX_DEPTH), content_type=PDF) is None
    assert refusal(nested(MAX_DEPTH + 2), content_type=PDF) is RefusalReason.TOO_COMPLEX


def test_a_file_may_have_as_many_objects_as_the_limit_and_no_more() -> None:
    assert refusal(many_objects(MAX_OBJECTS - 3), content_type=PDF) is None
    assert refusal(many_objects(MAX_OBJECTS - 2), content_type=PDF) is RefusalReason.TOO_COMPLEX


def test_blanks_may_follow_the_end_up_to_the_limit_and_no_further() -> None:
    assert refusal(pdf("Payslip") + b"\n" * (MAX_TRAILING - 1), content_type=PDF) is None
    assert (
        refusal(pdf("Payslip") + b"\n" * MAX_TRAILING, content_type=PDF) is RefusalReason.MORE_THAN_ONE_FILE
    )


@pytest.mark.parametrize("cut", range(2, 1000, 37))
def test_a_file_cut_anywhere_is_refused(cut: int) -> None:
    whole = {PDF: report(), JPEG: photograph(), PNG: screenshot()}

    for content_type, content in whole.items():
        assert refusal(content[: len(content) - cut], content_type=content_type) is not None


def test_the_corpus_shows_every_reason_the_parsers_can_give() -> None:
    shown = {reason for _, _, reason in (*HOSTILE.values(), *BOMBS.values())}

    assert shown == set(RefusalReason) - {
        RefusalReason.SIZE_DIFFERS,
        RefusalReason.CONTENT_DIFFERS,
        RefusalReason.NOT_SCANNABLE,
    }
