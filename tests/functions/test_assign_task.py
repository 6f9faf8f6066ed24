"""assign_task: the request lies on the desk of whoever must reply, while there is something to reply to."""

from typing import Any

import pytest

from functions.assign_task.handler import build
from functions.assign_task.settings import Settings
from ishtirak.requests import rules
from ishtirak.requests.model import Party, RequestState, WaitOutcome
from ishtirak.requests.refusals import RequestClosed
from tests.fakes.requests import CONTRIBUTOR, NOW, REQUEST, decided, replied, submitted
from tests.functions.access_world import World
from tests.functions.events import context, sample
from tests.functions.scene import Killed, Scene, dying

EVENT = sample("assign_task", "assign_to_employer")


class Asking(Scene):
    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        self.step = build(Settings(requests_table=cloud.requests), clock=self.clock)

    def ask(self, **changed: Any) -> dict[str, Any]:
        return self.step({**EVENT, **changed}, context())


@pytest.fixture
def scene(cloud: World) -> Asking:
    return Asking(cloud)


def test_the_employer_is_asked_until_the_deadline(scene: Asking) -> None:
    scene.holds(submitted().after)

    assert scene.ask() == {"asked": True}

    request = scene.requests.get(REQUEST)
    assert request.state is RequestState.WITH_EMPLOYER
    assert request.wait is not None
    assert request.wait.until == EVENT["until"]
    assert scene.requests.wait_token(REQUEST, request.wait.id) == EVENT["token"]
    assert [found.id for found in scene.requests.on_desk("EMPLOYER#7000000001", limit=5)] == [REQUEST]


def test_the_same_token_again_changes_nothing(scene: Asking) -> None:
    scene.holds(submitted().after)
    scene.ask()
    before = scene.requests.get(REQUEST)

    assert scene.ask() == {"asked": False}
    assert scene.requests.get(REQUEST) == before


def test_a_new_token_replaces_the_wait(scene: Asking) -> None:
    scene.holds(submitted().after)
    scene.ask()
    scene.ask(token="another")

    request = scene.requests.get(REQUEST)
    assert request.wait is not None
    assert scene.requests.wait_token(REQUEST, request.wait.id) == "another"
    assert scene.events(REQUEST) == ["EmployerAsked", "EmployerAsked"]


def test_a_closed_request_is_not_waited_for(scene: Asking) -> None:
    scene.holds(rules.withdraw(submitted().after, by=CONTRIBUTOR, at=NOW).after)

    with pytest.raises(RequestClosed):
        scene.ask()


def test_an_answer_already_given_is_not_asked_for_again(scene: Asking) -> None:
    scene.holds(replied(WaitOutcome.OBJECTED))

    with pytest.raises(RequestClosed):
        scene.ask(token="another")


def test_an_approval_is_not_undone_by_a_step_tried_again(scene: Asking) -> None:
    approved = scene.holds(decided())

    with pytest.raises(RequestClosed):
        scene.ask(token="another", party="OFFICER")

    assert scene.requests.get(REQUEST) == approved


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_step_that_died_is_tried_again_with_another_token(scene: Asking, after: bool) -> None:
    scene.holds(submitted().after)
    with dying(2, after=after), pytest.raises(Killed):
        scene.ask()

    scene.ask(token="another")

    request = scene.requests.get(REQUEST)
    assert request.wait is not None
    assert request.wait.party is Party.EMPLOYER
    assert scene.requests.wait_token(REQUEST, request.wait.id) == "another"


def test_the_error_carries_the_name_the_workflow_catches() -> None:
    from pathlib import Path

    workflow = (Path(__file__).parents[2] / "workflows" / "add_period.asl.yaml").read_text(encoding="utf-8")

    assert f"[States.Timeout, {RequestClosed.__name__}]" in workflow
