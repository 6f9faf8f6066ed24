"""What relay_events reads: stream records of the tables, each with an event item."""

from collections.abc import Mapping, Sequence
from typing import Any

from ishtirak.adapters.aws.event_log import event_of
from ishtirak.adapters.dynamo import from_dynamo
from ishtirak.eventlog.event import Event


def events_in(records: Sequence[Mapping[str, Any]]) -> list[Event]:
    """The events up to the first record that is none: what follows it has to wait for it."""
    events = []
    for record in records:
        try:
            events.append(event_of(from_dynamo(record["dynamodb"]["NewImage"])))
        except (KeyError, TypeError):
            break
    return events
