"""Streams of the three tables: publishes each event item to the bus, at least once, in its shard's order."""

from functools import partial

from functions.relay_events import model
from functions.relay_events.settings import Settings
from ishtirak.adapters.aws.bus import EventBridgeBus
from ishtirak.edge.stream import StreamConsumer, stream
from ishtirak.use_cases.publish_events import publish_events


def build(settings: Settings) -> StreamConsumer:
    return stream(partial(publish_events, bus=EventBridgeBus(settings.bus_name)), reads=model.events_in)
