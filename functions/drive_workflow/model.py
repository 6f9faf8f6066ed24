"""What drive_workflow reads: an event of a request, in the envelope the bus puts it in."""

from collections.abc import Mapping

from ishtirak.edge.queue import published_event
from ishtirak.eventlog.aggregate import AggregateKind
from ishtirak.eventlog.event import PublishedEvent


def request_event(body: str) -> Mapping[str, PublishedEvent]:
    """The event as the use case takes it; `ValueError` for one of anything else, which has no workflow."""
    event: PublishedEvent = published_event(body)["event"]
    if event.aggregate.kind is not AggregateKind.REQUEST:
        raise ValueError("the event is not of a request")
    return {"event": event}
