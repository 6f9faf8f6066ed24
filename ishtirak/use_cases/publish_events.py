"""Publishing what happened to whoever listens."""

from collections.abc import Sequence

from ishtirak.eventlog.event import Event
from ishtirak.eventlog.ports import EventBus


def publish_events(events: Sequence[Event], *, bus: EventBus) -> int:
    """How many of the events, from the first on, are published for certain; the rest has to come again.

    An event may be published twice, and none is left out. Its id stays the same, which is how a listener knows it
    again.
    """
    return bus.publish(events)
