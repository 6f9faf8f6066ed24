"""sweep_workflows: the schedule fires, and runs that carry nothing on are reported."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.sweep_workflows.handler import build
from functions.sweep_workflows.settings import Settings
from ishtirak.kernel.errors import Unavailable
from tests.fakes.request_states import billed
from tests.fakes.requests import OTHER_REQUEST, REQUEST, with_employer
from tests.functions.access_world import World, logged
from tests.functions.events import context, sample
from tests.functions.scene import Killed, Scene, dying

ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:add_period"
THIRD = "11111111-1111-4111-8111-333333333333"


class Machine:
    """Step Functions with executions, listed two a page."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.broken: str | None = None

    def list_executions(self, **asked: Any) -> dict[str, Any]:
        if self.broken:
            raise ClientError({"Error": {"Code": self.broken, "Message": ""}}, "ListExecutions")
        assert (asked["stateMachineArn"], asked["statusFilter"]) == (ARN, "RUNNING")
        start = int(asked.get("nextToken", 0))
        page = [{"name": name} for name in self.running[start : start + 2]]
        more = {"nextToken": str(start + 2)} if start + 2 < len(self.running) else {}
        return {"executions": page, **more}


class Sweeping(Scene):
    def __init__(self, cloud: World, machine: Machine) -> None:
        super().__init__(cloud)
        self.machine = machine
        self.queue = cloud.aws("sqs").create_queue(QueueName="runs")["QueueUrl"]
        self.fire_handler = build(
            Settings(requests_table=cloud.requests, add_period_arn=ARN, runs_queue_url=self.queue),
            clock=self.clock,
        )

    def fire(self) -> list[str]:
        """What was reported when the schedule fired."""
        self.fire_handler(sample("sweep_workflows", "scheduled"), context())
        return self.reported()

    def reported(self) -> list[str]:
        taken = self.cloud.aws("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return sorted(json.loads(one["Body"])["detail"]["name"] for one in taken.get("Messages", []))


@pytest.fixture
def scene(cloud: World, monkeypatch: pytest.MonkeyPatch) -> Sweeping:
    machine = Machine()
    monkeypatch.setattr(
        "ishtirak.adapters.aws.executions.client", lambda service: {"stepfunctions": machine}[service]
    )
    found = Sweeping(cloud, machine)
    found.clock.passes(timedelta(minutes=31))
    return found


def test_what_no_run_carries_is_reported_and_what_runs_is_not(scene: Sweeping) -> None:
    for name in (REQUEST, OTHER_REQUEST, THIRD):
        scene.holds(with_employer().model_copy(update={"id": name}))
    scene.machine.running = ["another", OTHER_REQUEST, "one more", THIRD]

    with logged() as log:
        assert scene.fire() == [REQUEST]

    assert '"outcome":"1"' in log.getvalue()


def test_what_is_closed_is_not_in_the_listing(scene: Sweeping) -> None:
    scene.holds(billed())

    assert scene.fire() == []


def test_a_second_run_is_reported_by_its_own_name(scene: Sweeping) -> None:
    scene.holds(with_employer().model_copy(update={"runs": 2}))
    scene.machine.running = [REQUEST]

    assert scene.fire() == [f"{REQUEST}-2"]


@pytest.mark.parametrize(("code", "raised"), [("ThrottlingException", Unavailable), ("Other", ClientError)])
def test_a_list_that_was_not_given_is_no_empty_list(
    scene: Sweeping, code: str, raised: type[Exception]
) -> None:
    scene.holds(with_employer())
    scene.machine.broken = code

    with pytest.raises(raised):
        scene.fire()

    assert scene.reported() == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_sweep_that_died_is_made_good_by_the_next(scene: Sweeping, after: bool) -> None:
    scene.holds(with_employer())
    with dying(2, after=after), pytest.raises(Killed):
        scene.fire()
    died_with = scene.reported()

    assert died_with + scene.fire() == [REQUEST] * (2 if after else 1)
