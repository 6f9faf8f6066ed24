"""Aggregates and their events in a table: one form for all of them, so that one walk verifies everything.

The state of an aggregate is the item `STATE` in the partition named after it, with where its chain stands; its
events are the items `EVENT#<seq>` beside it.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from ishtirak.adapters import dynamo
from ishtirak.eventlog.aggregate import Aggregate
from ishtirak.eventlog.event import Chain, Event

STATE: Final = "STATE"
_EVENT: Final = "EVENT#"


def state_item(aggregate: Aggregate, *, chain: Chain, **attributes: Any) -> dynamo.Item:
    """The item of an aggregate's state."""
    return {"pk": str(aggregate), "sk": STATE, "chain_seq": chain.seq, "chain_hash": chain.hash, **attributes}


def chain_of(item: dynamo.Item) -> Chain:
    """Where the chain of the aggregate in a `STATE` item stands."""
    return Chain(seq=item["chain_seq"], hash=item["chain_hash"])


def read_state(table: str, aggregate: Aggregate) -> dynamo.Item | None:
    """The aggregate's state as it is now, or None."""
    return dynamo.get(table, str(aggregate), STATE)


def append(table: str, *events: Event) -> list[dynamo.Write]:
    """The writes that append events to their aggregate; an event is never overwritten."""
    return [dynamo.put(table, _event_item(event), condition=dynamo.NEW) for event in events]


def read_events(table: str, aggregate: Aggregate) -> list[Event]:
    """Every event of an aggregate, in order."""
    return [event_of(item) for item in dynamo.query_prefix(table, str(aggregate), _EVENT)]


def event_of(item: dynamo.Item) -> Event:
    """The event an event item holds."""
    return Event(**{name: item[name] for name in Event.__dataclass_fields__})


class EventLogTable:
    """The `EventLog` port on one table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def chains(self) -> Iterator[tuple[str, list[Event], Chain]]:
        """Every subject with its events, in order, and where its state says the chain stands.

        Reads the whole table: for audits, not for requests.
        """
        items = sorted(dynamo.scan(self._table), key=lambda item: (item["pk"], item["sk"]))
        for subject, group in groupby(items, key=lambda item: str(item["pk"])):
            found = list(group)
            events = [event_of(item) for item in found if item["sk"].startswith(_EVENT)]
            state = next((item for item in found if item["sk"] == STATE), None)
            if events or state:
                yield subject, events, chain_of(state) if state else Chain()


def _event_item(event: Event) -> dynamo.Item:
    return {
        "pk": event.subject,
        "sk": f"{_EVENT}{event.seq:08d}",
        "kind": "event",
        **{name: getattr(event, name) for name in Event.__dataclass_fields__},
    }
