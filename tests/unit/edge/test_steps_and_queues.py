"""A workflow step, a queue and a stream at the edge: what comes out, what goes back, and nothing of it in the log."""

import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel

from ishtirak.edge.logs import logger, where
from ishtirak.edge.queue import consumer, event_facts, published_event, queue
from ishtirak.edge.stream import stream
from ishtirak.edge.task import Step, TaskInput, task
from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import PublishedEvent
from ishtirak.kernel.errors import Refused, Unavailable
from ishtirak.requests.refusals import RequestClosed
from tests.functions.events import context

SECRET = "1000000008"  # a synthetic identity number: nothing may repeat it


class Given(TaskInput):
    token: str = ""


class Done(BaseModel):
    outcome: str

    @classmethod
    def of(cls, outcome: str) -> "Done":
        return cls(outcome=outcome)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    yield stream
    if before is not None:
        handler.setStream(before)


def step(run: Callable[..., str]) -> Step:
    return task(partial(run), takes=Given, gives=Done.of)


def records(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:me-central-1:123456789012:queue",
                "awsRegion": "me-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def failed(answer: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_step_gives_plain_json() -> None:
    def run(request_id: str, *, token: str) -> str:
        return f"{request_id} done{token}"

    assert step(run)({"execution": "x", "request_id": "r"}, context()) == {"outcome": "r done"}


def test_a_step_that_is_done_is_logged_under_its_run_and_its_use_case(log: io.StringIO) -> None:
    def record_it(request_id: str, *, token: str) -> str:
        return token

    step(record_it)({"execution": "x", "request_id": "r", "token": SECRET}, context())

    line = json.loads(log.getvalue())
    assert (line["message"], line["step"], line["execution"]) == ("task.done", "record_it", "x")
    assert SECRET not in log.getvalue()


def test_a_refusal_keeps_its_name_for_the_workflow(log: io.StringIO) -> None:
    def run(request_id: str, *, token: str) -> str:
        raise RequestClosed()

    with pytest.raises(RequestClosed):
        step(run)({"execution": "r", "request_id": "r"}, context())

    (line,) = [json.loads(text) for text in log.getvalue().splitlines()]
    assert (line["message"], line["code"], line["execution"]) == ("task.refused", "request_closed", "r")


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"execution": "r", "request_id": "r", "more": SECRET},
        {"execution": {"number": SECRET}, "request_id": "r"},
        {"execution": "r", "request_id": "r", "token": [SECRET]},
    ],
)
def test_an_input_of_another_form_is_an_error_that_does_not_repeat_it(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - whatever pydantic calls it
        step(lambda request_id, *, token: "")(event, context())

    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("place", range(10))
def test_one_bad_message_of_ten_delays_no_other(place: int) -> None:
    handled: list[str] = []

    def handle(body: str) -> None:
        if body == "bad":
            raise ValueError(SECRET)
        handled.append(body)

    bodies = [f"good-{number}" for number in range(10)]
    bodies[place] = "bad"

    answer = queue(handle)(records(*bodies), context())

    assert failed(answer) == [f"message-{place}"]
    assert handled == [body for body in bodies if body != "bad"]


def test_when_every_message_fails_every_message_comes_back() -> None:
    def handle(body: str) -> None:
        raise Unavailable()

    assert failed(queue(handle)(records("a", "b"), context())) == ["message-0", "message-1"]


def test_what_is_refused_for_good_does_not_come_back(log: io.StringIO) -> None:
    class Final(Refused):
        code = "final"

    def handle(body: str) -> None:
        raise Final()

    assert failed(queue(handle)(records("a"), context())) == []
    assert json.loads(log.getvalue())["code"] == "final"


def test_a_failure_is_logged_by_place_and_kind_and_without_the_payload(log: io.StringIO) -> None:
    def handle(body: str) -> None:
        raise ValueError(f"cannot read {body}")

    queue(handle)(records(json.dumps({"identity": SECRET})), context())

    (line,) = [json.loads(text) for text in log.getvalue().splitlines()]
    assert line["kind"] == "ValueError"
    assert line["where"][-1].startswith("test_steps_and_queues.py:")
    assert line["message_id"] == "message-0"
    assert SECRET not in log.getvalue()


def test_a_published_event_is_read_from_its_envelope() -> None:
    detail = {
        "id": "1",
        "type": "RequestSubmitted",
        "subject": "request/1",
        "seq": 1,
        "at": "2026-11-22T09:00:00.000Z",
        "actor": "a",
        "data": {"wait_id": "w"},
        "previous_hash": "0",
        "hash": "1",
    }

    event = published_event(json.dumps({"version": "0", "detail": detail}))["event"]

    assert (event.type, event.subject, event.data) == ("RequestSubmitted", "request/1", {"wait_id": "w"})
    assert event.aggregate == Aggregate(AggregateKind.REQUEST, "1")


def an_event_message() -> str:
    event = PublishedEvent(
        id="event-1",
        type="RequestSubmitted",
        subject="request/1",
        seq=1,
        at="2026-11-22T09:00:00.000Z",
        actor="a",
        data={"secret": SECRET},
    )
    return json.dumps({"version": "0", "detail": event.model_dump()})


def test_what_became_of_a_message_is_logged_and_counted_under_the_use_case(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    def hear(*, event: PublishedEvent) -> str:
        return "heard"

    handler = consumer(partial(hear), reads=published_event, log_fields=event_facts, counts=True)

    assert failed(handler(records(an_event_message()), context())) == []

    line = json.loads(log.getvalue())
    assert (line["message"], line["event_id"], line["outcome"]) == ("hear", "event-1", "heard")
    assert json.loads(capsys.readouterr().out)["heard"] == [1.0]
    assert SECRET not in log.getvalue()


def test_a_use_case_without_an_outcome_counts_nothing_unasked(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    def hear(*, event: PublishedEvent) -> None:
        return None

    handler = consumer(partial(hear), reads=published_event, log_fields=event_facts)

    assert failed(handler(records(an_event_message()), context())) == []
    assert "outcome" not in json.loads(log.getvalue())
    assert capsys.readouterr().out == ""


def batch(*numbers: str) -> dict[str, Any]:
    return {"Records": [{"dynamodb": {"SequenceNumber": number}} for number in numbers]}


def sequence_numbers(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Readable up to the first record whose number is not one."""
    numbers = [record["dynamodb"]["SequenceNumber"] for record in found]
    return numbers[: next((place for place, number in enumerate(numbers) if number == "bad"), len(numbers))]


def handled(numbers: Sequence[str], *, at_most: int) -> int:
    return min(at_most, len(numbers))


@pytest.mark.parametrize(
    ("numbers", "at_most", "comes_back", "kind"),
    [
        (("1", "2", "3"), 3, [], None),
        (("1", "2", "3"), 1, ["2"], "not_taken"),
        (("1", "2", "3"), 0, ["1"], "not_taken"),
        (("1", "bad", "3"), 3, ["bad"], "not_readable"),
        (("1", "bad", "3"), 0, ["1"], "not_taken"),
        ((), 3, [], None),
    ],
)
def test_a_stream_comes_back_at_its_first_record_not_handled(
    numbers: tuple[str, ...], at_most: int, comes_back: list[str], kind: str | None, log: io.StringIO
) -> None:
    relay = stream(partial(handled, at_most=at_most), reads=sequence_numbers)

    answer = relay(batch(*numbers), context())

    assert failed(answer) == comes_back
    line = json.loads(log.getvalue())
    assert (line["message"], line.get("kind")) == (
        "stream.stopped" if comes_back else "stream.batch_handled",
        kind,
    )


def test_the_places_of_a_defect_are_told_innermost_last() -> None:
    def inner() -> None:
        raise KeyError(SECRET)

    with pytest.raises(KeyError) as raised:
        inner()

    places = where(raised.value)
    assert places[-1].endswith("inner")
    assert all(place.startswith("test_steps_and_queues.py:") for place in places)
    assert SECRET not in str(places)
