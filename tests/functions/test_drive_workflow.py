"""Driving the workflow: one run per request, one answer per wait, however often a message comes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.drive_workflow.handler import build
from functions.drive_workflow.settings import Settings
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, RequestChange, Step, WaitOutcome
from tests.fakes import requests as cases
from tests.fakes.request_states import failed
from tests.functions.access_world import World, access_world, delivered, logged, message

EVENTS = Path("functions/drive_workflow/events")
ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:add_period"
SUBJECT = f"request/{cases.REQUEST}"


class Machine:
    """Step Functions as it promises to behave: a name runs once, a token answers once."""

    def __init__(self) -> None:
        self.runs: dict[str, str] = {}
        self.answers: dict[str, Any] = {}
        self.over: dict[str, str] = {}
        self.broken: str | None = None

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: N803
        assert stateMachineArn == ARN
        self._break("StartExecution")
        if name in self.runs:
            raise _error("ExecutionAlreadyExists", "StartExecution")
        self.runs[name] = input

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803
        prefix = "arn:aws:states:eu-west-1:123456789012:execution:add_period:"
        assert executionArn.startswith(prefix)
        return {"input": self.runs[executionArn.removeprefix(prefix)]}

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803
        self._break("SendTaskSuccess")
        if taskToken in self.over:
            raise _error(self.over[taskToken], "SendTaskSuccess")
        self.answers[taskToken] = json.loads(output)
        self.over[taskToken] = "TaskTimedOut"

    def _break(self, operation: str) -> None:
        if self.broken:
            raise _error(self.broken, operation)


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class Desk:
    """The function, one request with the employer, and the machine."""

    def __init__(self, world: World, machine: Machine) -> None:
        from ishtirak.adapters.aws.request_table import RequestTable
        from ishtirak.adapters.transaction import DynamoTransaction

        self.world = world
        self.machine = machine
        self.consumer = build(Settings(requests_table=world.requests, add_period_arn=ARN))
        request = cases.submitted().after
        waiting = cases.asked(request, Party.EMPLOYER, wait_id="wait-1")
        table = RequestTable(world.requests)
        transaction = DynamoTransaction()
        for change in (
            RequestChange(before=None, after=request, events=()),
            RequestChange(before=request, after=waiting.after, events=(), token=waiting.token),
        ):
            transaction.commit(table.save(change))

    def becomes(self, change: RequestChange) -> None:
        """The request as it is after the change."""
        from ishtirak.adapters.aws.request_table import RequestTable
        from ishtirak.adapters.transaction import DynamoTransaction

        DynamoTransaction().commit(RequestTable(self.world.requests).save(change))

    def is_answered(self, outcome: WaitOutcome = WaitOutcome.CONFIRMED) -> None:
        """The employer has replied."""
        waiting = cases.asked(cases.submitted().after, Party.EMPLOYER, wait_id="wait-1").after
        self.becomes(waits.record_reply(waiting, outcome, None, by=cases.EMPLOYER, at=cases.NOW))

    def deliver(self, event_type: str, *, subject: str = SUBJECT, **data: Any) -> list[str]:
        record = message(event_type, subject=subject, data=data)
        return ["back" for _ in delivered(self.consumer, record)]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    machine = Machine()
    monkeypatch.setattr(
        "ishtirak.adapters.aws.executions.client", lambda service: {"stepfunctions": machine}[service]
    )
    with access_world(monkeypatch) as world:
        yield Desk(world, machine)


def test_a_submitted_request_starts_its_run(desk: Desk) -> None:
    assert desk.deliver("RequestSubmitted") == []

    assert {name: json.loads(given) for name, given in desk.machine.runs.items()} == {
        cases.REQUEST: {"request_id": cases.REQUEST}
    }


def test_starting_twice_starts_once(desk: Desk) -> None:
    desk.deliver("RequestSubmitted")

    assert desk.deliver("RequestSubmitted") == []

    assert len(desk.machine.runs) == 1


def test_a_run_of_this_name_for_something_else_is_a_defect(desk: Desk) -> None:
    desk.machine.runs[cases.REQUEST] = json.dumps({"request_id": cases.OTHER_REQUEST})

    assert desk.deliver("RequestSubmitted") == ["back"]


@pytest.mark.parametrize("event_type", ["EmployerReplied", "ReviewDecided", "RequestWithdrawn"])
def test_a_reply_answers_the_wait_it_ended_as_the_table_has_it(desk: Desk, event_type: str) -> None:
    desk.is_answered(WaitOutcome.OBJECTED)

    assert desk.deliver(event_type, wait_id="wait-1", outcome="APPROVED") == []

    assert desk.machine.answers[cases.TOKEN]["outcome"] == "OBJECTED"
    assert set(desk.machine.answers[cases.TOKEN]["waits"]) == {
        "employer",
        "officer",
        "supervisor",
        "contributor",
    }
    assert desk.machine.runs == {}


def test_an_event_of_a_reply_nobody_gave_answers_nothing(desk: Desk) -> None:
    with logged() as log:
        assert desk.deliver("EmployerReplied", wait_id="wait-1", outcome="CONFIRMED") == []

    assert desk.machine.answers == {}
    assert '"outcome":"still_waiting"' in log.getvalue()


@pytest.mark.parametrize("code", ["TaskTimedOut", "InvalidToken", "TaskDoesNotExist"])
def test_answering_what_is_over_changes_nothing_and_is_counted(desk: Desk, code: str) -> None:
    desk.is_answered()
    desk.machine.over[cases.TOKEN] = code

    with logged() as log:
        assert desk.deliver("EmployerReplied", wait_id="wait-1", outcome="CONFIRMED") == []

    assert desk.machine.answers == {}
    assert '"outcome":"already_over"' in log.getvalue()


def test_a_reply_delivered_twice_answers_once(desk: Desk) -> None:
    desk.is_answered()

    for _ in range(2):
        assert desk.deliver("EmployerReplied", wait_id="wait-1", outcome="CONFIRMED") == []

    assert [answer["outcome"] for answer in desk.machine.answers.values()] == ["CONFIRMED"]


def test_withdrawing_while_nobody_is_waited_for_answers_nothing(desk: Desk) -> None:
    assert desk.deliver("RequestWithdrawn") == []

    assert desk.machine.answers == {}


def test_a_wait_without_a_token_comes_back(desk: Desk) -> None:
    desk.is_answered()

    assert desk.deliver("EmployerReplied", wait_id="wait-2", outcome="CONFIRMED") == ["back"]


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_what_step_functions_did_not_do_comes_back(desk: Desk, code: str) -> None:
    desk.is_answered()
    desk.machine.broken = code

    assert desk.deliver("RequestSubmitted") == ["back"]
    assert desk.deliver("EmployerReplied", wait_id="wait-1", outcome="CONFIRMED") == ["back"]


def test_the_sample_of_a_submission_starts_the_run_it_names(desk: Desk) -> None:
    event = json.loads((EVENTS / "request_submitted.json").read_text(encoding="utf-8"))

    assert delivered(desk.consumer, *event["Records"]) == []

    [request_id] = desk.machine.runs
    assert event["Records"][0]["body"].count(request_id) == 1


def test_the_sample_of_a_reply_answers_nothing_while_nobody_replied(desk: Desk) -> None:
    event = json.loads((EVENTS / "employer_replied.json").read_text(encoding="utf-8"))

    assert delivered(desk.consumer, *event["Records"]) == []
    assert desk.machine.answers == {}


def test_an_event_of_a_request_that_is_not_there_is_put_aside(desk: Desk) -> None:
    assert desk.deliver("RequestSubmitted", subject=f"request/{cases.OTHER_REQUEST}") == []

    assert desk.machine.runs == {}


def test_a_resumed_request_gets_a_run_under_the_next_number(desk: Desk) -> None:
    waiting = cases.asked(cases.submitted().after, Party.EMPLOYER, wait_id="wait-1").after
    desk.becomes(RequestChange(waiting, failed(waiting), ()))
    desk.becomes(rules.resume(failed(waiting), Step.REVIEW, by=cases.OFFICER, at=cases.NOW))

    for _ in range(2):
        assert desk.deliver("RequestResumed", run=2, step="REVIEW") == []

    assert list(desk.machine.runs) == [f"{cases.REQUEST}-2"]


@pytest.mark.parametrize("kind", ["document", "requests"])
def test_an_event_of_anything_but_a_request_drives_nothing(desk: Desk, kind: str) -> None:
    assert desk.deliver("RequestSubmitted", subject=f"{kind}/{cases.REQUEST}") == ["back"]

    assert desk.machine.runs == {}
