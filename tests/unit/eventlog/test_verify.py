"""Whatever happens to a chain is noticed at its first bad entry, and named."""

from dataclasses import asdict, replace
from itertools import permutations
from typing import Any

import pytest

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event, event_hash
from ishtirak.eventlog.verify import BrokenChain, Defect, verify
from tests.unit.eventlog.chains import ONE, OTHER, a_chain, standing


def rehashed(event: Event, **changed: Any) -> Event:
    """An event changed by somebody who knows how hashes are made."""
    edited = replace(event, **changed)
    return replace(edited, hash=event_hash(asdict(edited)))


def broken(events: list[Event], *, state: Chain | None = None) -> tuple[int, Defect] | None:
    found = verify(str(ONE), events, standing=state or standing(a_chain()))
    if found is None:
        return None
    assert found.subject == str(ONE)
    return found.seq, found.defect


@pytest.mark.parametrize("length", [0, 1, 5])
def test_a_chain_that_nobody_touched_holds(length: int) -> None:
    events = a_chain(length)

    assert verify(str(ONE), events, standing=standing(events)) is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_they_are_handed_over_in_does_not_matter(order: tuple[int, ...]) -> None:
    events = a_chain(3)

    assert broken([events[place] for place in order], state=standing(events)) is None


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("name", ["id", "type", "source", "at", "actor", "data", "previous_hash", "hash"])
def test_an_edit_is_noticed_where_it_is(name: str, place: int) -> None:
    events = a_chain()

    other: Any = {"number": 9} if name == "data" else "other"
    events[place] = replace(events[place], **{name: other})

    assert broken(events) == (place + 1, Defect.EDITED)


@pytest.mark.parametrize("place", range(4))
def test_an_edit_that_is_hashed_anew_is_noticed_by_the_next_event(place: int) -> None:
    events = a_chain()

    events[place] = rehashed(events[place], actor="other")

    assert broken(events) == (place + 2, Defect.REWRITTEN)


def test_an_edit_of_the_last_event_hashed_anew_is_noticed_by_the_state() -> None:
    events = a_chain()

    events[4] = rehashed(events[4], actor="other")

    assert broken(events) == (6, Defect.TRUNCATED)


@pytest.mark.parametrize("place", range(4))
def test_a_deletion_in_the_middle_leaves_a_gap(place: int) -> None:
    events = a_chain()

    del events[place]

    assert broken(events) == (place + 1, Defect.MISSING)


def test_an_event_that_stands_twice_is_one_too_many() -> None:
    events = a_chain()

    assert broken([*events[:3], events[2], *events[3:]]) == (4, Defect.MISSING)


def test_two_events_in_each_others_position_are_noticed() -> None:
    events = a_chain()

    swapped = [replace(events[2], seq=2), replace(events[1], seq=3)]

    assert broken([events[0], *swapped, *events[3:]]) == (2, Defect.EDITED)


def test_a_reordering_hashed_anew_does_not_follow_the_one_before() -> None:
    events = a_chain()

    swapped = [rehashed(events[2], seq=2), rehashed(events[1], seq=3)]

    assert broken([events[0], *swapped, *events[3:]]) == (2, Defect.REWRITTEN)


def test_an_event_of_another_subject_is_not_of_this_chain() -> None:
    events = a_chain()

    events[2] = a_chain(aggregate=OTHER)[2]

    assert broken(events) == (3, Defect.OTHER_SUBJECT)


def test_another_chain_in_the_place_of_this_one_is_not_this_one() -> None:
    assert broken(a_chain(aggregate=OTHER)) == (1, Defect.OTHER_SUBJECT)


@pytest.mark.parametrize("left", range(5))
def test_a_chain_cut_off_at_the_end_is_noticed_by_the_state(left: int) -> None:
    assert broken(a_chain()[:left]) == (left + 1, Defect.TRUNCATED)


def test_a_tail_written_anew_holds_together_and_is_noticed_by_the_state() -> None:
    rewritten = a_chain(word="Other")
    kept = a_chain()

    assert broken(rewritten) == (6, Defect.TRUNCATED)
    assert broken([*kept[:3], *rewritten[3:]]) == (4, Defect.REWRITTEN)


def test_an_event_more_than_the_state_knows_is_noticed() -> None:
    assert broken(a_chain(6)) == (7, Defect.TRUNCATED)


def test_a_state_without_any_event_is_noticed() -> None:
    found = verify(str(ONE), [], standing=standing(a_chain()))

    assert found == BrokenChain(subject=str(ONE), seq=1, defect=Defect.TRUNCATED)


def test_the_events_of_a_challenge_outlive_its_state_which_the_table_sweeps_away() -> None:
    challenge = Aggregate(AggregateKind.CHALLENGE, "one")
    events = a_chain(1, aggregate=challenge)

    assert verify(str(challenge), events, standing=None) is None


def test_no_other_state_may_be_gone() -> None:
    found = verify(str(ONE), a_chain(), standing=None)

    assert found == BrokenChain(subject=str(ONE), seq=6, defect=Defect.TRUNCATED)
