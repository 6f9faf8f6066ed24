"""What notify reads: an event a person is notified of, in the envelope the bus puts it in."""

from collections.abc import Mapping

from functions.notify.settings import Settings
from ishtirak.edge.queue import published_event
from ishtirak.eventlog.event import PublishedEvent

_TYPES = frozenset(event for subscription in Settings.SUBSCRIPTIONS for event in subscription.types)


def notice_event(body: str) -> Mapping[str, PublishedEvent]:
    """The event as the use case takes it; `ValueError` for a type nobody subscribed to: a wrong rule of the bus."""
    event: PublishedEvent = published_event(body)["event"]
    if event.type not in _TYPES:
        raise ValueError("nobody is notified of an event of this type")
    return {"event": event}
