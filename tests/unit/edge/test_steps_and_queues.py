"""A workflow step and a queue at the edge: what comes out, what goes back, and nothing of it in the log."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from ishtirak.edge.logs import logger, where
from ishtirak.edge.queue import published, queue
from ishtirak.edge.task import TaskInput, task
from ishtirak.kernel.errors import Refused, Unavailable
from ishtirak.requests.refusals import RequestClosed
from tests.functions.events import context

SECRET = "1000000008"  # a synthetic identity number: nothing may repeat it


class Given(TaskInput):
    token: str = ""


class Done(BaseModel):
    outcome: str


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    yield stream
    if before is not None:
        handler.setStream(before)


def step(run: Callable[[Given], Done]) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    return task(run, takes=Given)


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
    def run(given: Given) -> Done:
        return Done(outcome=f"{given.execution} done")

    assert step(run)({"execution": "r", "request_id": "r"}, context()) == {"outcome": "r done"}


def test_a_refusal_keeps_its_name_for_the_workflow(log: io.StringIO) -> None:
    def run(given: Given) -> Done:
        raise RequestClosed()

    with pytest.raises(RequestClosed):
        step(run)({"execution": "r", "request_id": "r"}, context())

    (line,) = [json.loads(text) for text in log.getvalue().splitlines()]
    assert (line["message"], line["code"], line["execution"]) == ("refused", "request_closed", "r")


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
        step(lambda given: Done(outcome=""))(event, context())

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
        "subject": "requests/1",
        "seq": 1,
        "at": "2026-11-22T09:00:00.000Z",
        "actor": "a",
        "data": {"wait_id": "w"},
        "prev": "0",
        "hash": "1",
    }

    event = published(json.dumps({"version": "0", "detail": detail}))

    assert (event.type, event.subject, event.data) == ("RequestSubmitted", "requests/1", {"wait_id": "w"})


def test_the_places_of_a_defect_are_told_innermost_last() -> None:
    def inner() -> None:
        raise KeyError(SECRET)

    with pytest.raises(KeyError) as raised:
        inner()

    places = where(raised.value)
    assert places[-1].endswith("inner")
    assert all(place.startswith("test_steps_and_queues.py:") for place in places)
    assert SECRET not in str(places)
