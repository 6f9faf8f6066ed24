"""The subject of an event: one form for every kind of thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind


def test_a_subject_is_its_kind_and_its_key() -> None:
    assert str(Aggregate(AggregateKind.REQUEST, "1111")) == "request/1111"


@given(kind=st.sampled_from(AggregateKind), key=st.text(min_size=1))
def test_what_is_written_is_read_again(kind: AggregateKind, key: str) -> None:
    aggregate = Aggregate(kind, key)

    assert Aggregate.parse(str(aggregate)) == aggregate


def test_a_key_may_hold_slashes_of_its_own() -> None:
    parsed = Aggregate.parse("account/person/SOCIAL_INSURANCE")

    assert (parsed.kind, parsed.key) == (AggregateKind.ACCOUNT, "person/SOCIAL_INSURANCE")


@pytest.mark.parametrize("subject", ["", "request", "request/", "/1", "requests/1", "REQUEST/1", "person#1"])
def test_another_form_is_no_subject(subject: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the kind of error is all that is promised
        Aggregate.parse(subject)
