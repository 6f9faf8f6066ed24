"""An aggregate's events are a chain: whatever is edited, left out, added or moved is noticed where it happened."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from ishtirak.eventlog.event import GENESIS, Chain, Event, event_hash, next_event
from tests.unit.eventlog.chains import AT, ONE, OTHER, a_chain


def broken_at(events: list[Event]) -> int | None:
    """The first place, from 1, at which the chain does not hold."""
    head = GENESIS
    for place, event in enumerate(events, start=1):
        if (event.seq, event.previous_hash) != (place, head) or event_hash(asdict(event)) != event.hash:
            return place
        head = event.hash
    return None


def test_a_chain_that_nobody_touched_holds() -> None:
    assert broken_at(a_chain()) is None


@pytest.mark.parametrize("name", sorted(Event.__dataclass_fields__))
def test_an_edit_of_any_field_is_noticed_where_it_is(name: str) -> None:
    events = a_chain()
    values: dict[str, Any] = {"seq": 9, "data": {"number": 9}}

    events[2] = replace(events[2], **{name: values.get(name, "other")})

    assert broken_at(events) == 3


def test_an_edit_that_is_hashed_anew_is_noticed_by_the_next_event() -> None:
    events = a_chain()
    edited = replace(events[2], actor="other")

    events[2] = replace(edited, hash=event_hash(asdict(edited)))

    assert broken_at(events) == 4


def test_an_event_left_out_repeated_or_moved_is_noticed() -> None:
    whole = a_chain()

    assert broken_at(whole[:2] + whole[3:]) == 3
    assert broken_at([*whole[:3], whole[2], *whole[3:]]) == 4
    assert broken_at([whole[1], whole[0], *whole[2:]]) == 1


def test_the_same_event_built_again_is_the_same_event() -> None:
    assert a_chain() == a_chain()


def test_events_of_two_things_have_two_ids() -> None:
    one = next_event("Step", source="tests", aggregate=ONE, chain=Chain(), at=AT, actor="somebody")
    other = next_event("Step", source="tests", aggregate=OTHER, chain=Chain(), at=AT, actor="somebody")

    assert one.id != other.id
