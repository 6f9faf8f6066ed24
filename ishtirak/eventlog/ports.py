"""What the event log needs from the outside."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from ishtirak.eventlog.event import Chain, Event


class EventLog(Protocol):
    """Every aggregate's events, wherever they are kept."""

    def chains(self) -> Iterable[tuple[str, list[Event], Chain | None]]:
        """Every subject, its events in order, and where its state says the chain stands (None: it has none)."""


class EventBus(Protocol):
    """Where other parts of the system subscribe to events."""

    def publish(self, events: Sequence[Event]) -> int:
        """Publish in order; how many of the events, from the first on, were taken for certain."""
