"""Streams of the three tables: publishes each event item to the bus, at least once, in its shard's order.

The first record the bus did not take is reported: Lambda comes back with it and everything after it, so an
event may be published twice, and none is left out. Its id stays the same, which is how a listener knows it
again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from functions.relay_events.settings import Settings
from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.bus import EventBus
from ishtirak.edge.logs import logger
from ishtirak.eventlog.event import Event


def build(settings: Settings) -> Callable[[dict[str, Any], Any], Mapping[str, Any]]:
    bus = EventBus(settings.bus_name)

    def relay(batch: dict[str, Any], _context: Any) -> Mapping[str, Any]:
        records = batch["Records"]
        events = _readable(records)
        taken = bus.publish(events)
        if taken == len(records):
            logger.info("relayed", extra={"events": taken})
            return {"batchItemFailures": []}
        kind = "not_taken" if taken < len(events) else "not_an_event"
        logger.error("relay_stopped", extra={"events": taken, "of": len(records), "kind": kind})
        return {"batchItemFailures": [{"itemIdentifier": records[taken]["dynamodb"]["SequenceNumber"]}]}

    return relay


def _readable(records: list[dict[str, Any]]) -> list[Event]:
    """The events up to the first record that is none: what follows it has to wait for it."""
    events = []
    for record in records:
        try:
            events.append(dynamo.event_of(dynamo.from_dynamo(record["dynamodb"]["NewImage"])))
        except (KeyError, TypeError):
            break
    return events
