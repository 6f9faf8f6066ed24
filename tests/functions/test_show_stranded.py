"""show_stranded: a run is reported, and its request put where somebody sees it, if it is stranded."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.show_stranded.handler import build
from functions.show_stranded.settings import Settings
from ishtirak.requests.model import RequestState
from tests.fakes.requests import REQUEST, declared, with_employer
from tests.functions.access_world import World, delivered, logged, message
from tests.functions.events import sample
from tests.functions.scene import Killed, Scene, dying

ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:add_period"
EXECUTION = f"arn:aws:states:eu-west-1:123456789012:execution:add_period:{REQUEST}"


class Machine:
    """Step Functions with one execution, or none."""

    def __init__(self) -> None:
        self.status: str | None = "FAILED"
        self.stopped: list[str] = []
        self.broken: Exception | None = None

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803
        assert executionArn == EXECUTION
        if self.broken:
            raise self.broken
        if self.status is None:
            raise _error("ExecutionDoesNotExist", "DescribeExecution")
        return {"status": self.status}

    def stop_execution(self, *, executionArn: str, error: str) -> None:  # noqa: N803
        if self.status != "RUNNING":
            raise _error("ExecutionDoesNotExist", "StopExecution")
        self.stopped.append(error)


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class Showing(Scene):
    def __init__(self, cloud: World, machine: Machine) -> None:
        super().__init__(cloud)
        self.machine = machine
        self.consumer = build(Settings(requests_table=cloud.requests, add_period_arn=ARN), clock=self.clock)

    def report(self, run: str = REQUEST, **more: Any) -> list[str]:
        record = message("", subject="", data={}) | {"body": json.dumps({"detail": {"name": run, **more}})}
        return ["back" for _ in delivered(self.consumer, record)]


@pytest.fixture
def scene(cloud: World, monkeypatch: pytest.MonkeyPatch) -> Showing:
    machine = Machine()
    monkeypatch.setattr(
        "ishtirak.adapters.aws.executions.client", lambda service: {"stepfunctions": machine}[service]
    )
    return Showing(cloud, machine)


def test_the_sample_of_a_failed_run_is_shown(scene: Showing) -> None:
    scene.holds(with_employer())

    assert delivered(scene.consumer, *sample("show_stranded", "run_failed")["Records"]) == []

    request = scene.requests.get(REQUEST)
    assert (request.state, request.failure) == (RequestState.NEEDS_ATTENTION, "RunFailed")


def test_the_status_in_the_message_is_not_believed(scene: Showing) -> None:
    stored = scene.holds(with_employer())
    scene.machine.status = "RUNNING"

    assert scene.report(status="FAILED") == []

    assert scene.requests.get(REQUEST) == stored


@pytest.mark.parametrize("status", [None, "PENDING_REDRIVE", "SUCCEEDED"])
def test_what_may_be_on_its_way_is_left_alone(scene: Showing, status: str | None) -> None:
    stored = scene.holds(with_employer())
    scene.machine.status = status

    assert scene.report() == []

    assert (scene.requests.get(REQUEST), scene.machine.stopped) == (stored, [])


@pytest.mark.parametrize("run", ["", "nonsense", "../../etc", REQUEST])
def test_a_run_of_nothing_submitted_is_put_aside(scene: Showing, run: str) -> None:
    scene.holds(declared().after)

    with logged() as log:
        assert scene.report(run) == []

    assert '"code":"not_found"' in log.getvalue()


@pytest.mark.parametrize(
    "broken",
    [
        _error("ThrottlingException", "DescribeExecution"),
        _error("AccessDeniedException", "DescribeExecution"),
        ReadTimeoutError(endpoint_url="https://states"),
    ],
)
def test_what_step_functions_did_not_say_is_asked_again(scene: Showing, broken: Exception) -> None:
    stored = scene.holds(with_employer())
    scene.machine.broken = broken

    assert scene.report() == ["back"]

    assert scene.requests.get(REQUEST) == stored


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"detail": {}}'])
def test_a_message_that_names_no_run_is_set_aside_by_the_queue(scene: Showing, body: str) -> None:
    record = message("", subject="", data={}) | {"body": body}

    assert delivered(scene.consumer, record) == [record["messageId"]]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_consumer_that_died_shows_it_once(scene: Showing, after: bool) -> None:
    scene.holds(with_employer())
    with dying(2, after=after), pytest.raises(Killed):
        scene.report()

    assert scene.report() == []

    assert scene.events(REQUEST) == ["AttentionNeeded"]
