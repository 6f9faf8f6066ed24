"""What retain_documents reads: an event of a request or of a document, in the envelope the bus puts it in."""

from collections.abc import Mapping

from functions.retain_documents.settings import Settings
from ishtirak.edge.queue import published_event
from ishtirak.eventlog.event import PublishedEvent

_TYPES = frozenset(event for subscription in Settings.SUBSCRIPTIONS for event in subscription.types)


def purpose_event(body: str) -> Mapping[str, PublishedEvent]:
    """The event as the use case takes it; `ValueError` for a type nobody subscribed to: a wrong rule of the bus."""
    event: PublishedEvent = published_event(body)["event"]
    if event.type not in _TYPES:
        raise ValueError("an event of this type begins and ends no purpose")
    return {"event": event}
