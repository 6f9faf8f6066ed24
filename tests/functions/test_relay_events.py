"""The relay: every event reaches the bus, in order, and what the bus did not take comes back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.relay_events.handler import build
from functions.relay_events.settings import Settings
from ishtirak.adapters.aws import event_log
from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event, next_event
from tests.functions.access_world import lambda_context

EVENTS = Path("functions/relay_events/events")


class Bus:
    """EventBridge's `put_events`: takes ten at a time and refuses the ids it is told to."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.calls = 0
        self.refused: set[str] = set()

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - EventBridge's name
        assert 1 <= len(Entries) <= 10
        self.calls += 1
        answers: list[dict[str, str]] = []
        for entry in Entries:
            event_id = json.loads(entry["Detail"])["id"]
            if event_id in self.refused:
                answers.append({"ErrorCode": "ThrottlingException", "ErrorMessage": "later"})
            else:
                self.entries.append(entry)
                answers.append({"EventId": event_id})
        return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}

    @property
    def ids(self) -> list[str]:
        return [json.loads(entry["Detail"])["id"] for entry in self.entries]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    bus = Bus()
    monkeypatch.setattr("ishtirak.adapters.aws.bus.client", lambda service: {"events": bus}[service])
    return bus


def events(count: int) -> list[Event]:
    chain = Chain()
    made = []
    for number in range(count):
        event = next_event(
            "RequestSubmitted",
            source="ishtirak.requests",
            aggregate=Aggregate(AggregateKind.REQUEST, "11111111-1111-4111-8111-111111111111"),
            chain=chain,
            at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
            actor="5f0c1a52-0000-4000-8000-000000000001",
            data={"number": number, "note": "ملاحظة", "nothing": None, "list": [1, True]},
        )
        chain = Chain.after(event)
        made.append(event)
    return made


def record(event: Event, sequence: int) -> dict[str, Any]:
    """A stream record, made from the very item the outbox writes."""
    [write] = event_log.append("Requests", event)
    item = write.operation["Put"]["Item"]
    return {
        "eventID": str(sequence),
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"NewImage": item, "SequenceNumber": str(sequence)},
    }


def relayed(records: list[dict[str, Any]]) -> list[str]:
    answer = build(Settings(bus_name="Ishtirak"))({"Records": records}, lambda_context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_an_event_item_is_published_as_it_stands(bus: Bus) -> None:
    [event] = events(1)

    assert relayed([record(event, 1)]) == []

    [entry] = bus.entries
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
        "Ishtirak",
        "ishtirak.requests",
        "RequestSubmitted",
    )
    assert json.loads(entry["Detail"]) == {
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "data": event.data,
    }


def test_a_long_batch_goes_out_in_order_ten_at_a_time(bus: Bus) -> None:
    made = events(23)

    assert relayed([record(event, number) for number, event in enumerate(made)]) == []

    assert bus.ids == [event.id for event in made]
    assert bus.calls == 3


@pytest.mark.parametrize("place", [0, 4, 9, 10, 15, 22])
def test_the_first_event_the_bus_refuses_comes_back_with_all_after_it(bus: Bus, place: int) -> None:
    made = events(23)
    records = [record(event, number) for number, event in enumerate(made)]
    bus.refused = {made[place].id}

    failed = relayed(records)
    assert failed == [str(place)]

    bus.refused = set()
    assert relayed(records[int(failed[0]) :]) == []
    assert set(bus.ids) == {event.id for event in made}
    first_seen = list(dict.fromkeys(bus.ids))
    assert first_seen[:place] == [event.id for event in made[:place]]


def test_what_is_no_event_item_stops_the_shard_at_its_place(bus: Bus) -> None:
    made = events(3)
    records = [record(event, number) for number, event in enumerate(made)]
    del records[1]["dynamodb"]["NewImage"]["type"]

    assert relayed(records) == ["1"]

    assert bus.ids == [made[0].id]


def test_an_outage_of_the_bus_leaves_the_whole_batch_for_later(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(**entries: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(bus, "put_events", down)

    with pytest.raises(ConnectionError):
        relayed([record(event, number) for number, event in enumerate(events(2))])


@pytest.mark.parametrize("file", sorted(path.name for path in EVENTS.glob("*.json")))
def test_the_sample_batches_are_relayed(bus: Bus, file: str) -> None:
    batch = json.loads((EVENTS / file).read_text(encoding="utf-8"))

    assert relayed(batch["Records"]) == []
    assert len(bus.entries) == len(batch["Records"])
