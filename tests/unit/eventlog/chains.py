"""A chain of events of one aggregate, as tests begin from."""

from datetime import UTC, datetime
from typing import Final

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event, next_event

AT: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ONE: Final = Aggregate(AggregateKind.REQUEST, "1")
OTHER: Final = Aggregate(AggregateKind.REQUEST, "2")


def a_chain(length: int = 5, *, aggregate: Aggregate = ONE, word: str = "Step") -> list[Event]:
    events: list[Event] = []
    for number in range(length):
        events.append(
            next_event(
                f"{word}{number}",
                source="tests",
                aggregate=aggregate,
                chain=standing(events),
                at=AT,
                actor="somebody",
                data={"number": number},
            )
        )
    return events


def standing(events: list[Event]) -> Chain:
    """Where the state says the chain of these events stands."""
    return Chain.after(events[-1]) if events else Chain()
