"""What the event log needs from the outside."""

from collections.abc import Iterable
from typing import Protocol

from ishtirak.eventlog.event import Chain, Event


class EventLog(Protocol):
    """Every aggregate's events, wherever they are kept."""

    def chains(self) -> Iterable[tuple[str, list[Event], Chain]]:
        """Every subject, its events in order, and where its state says the chain stands."""
