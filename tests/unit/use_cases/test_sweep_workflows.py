"""The sweep holds two lists against each other: what is in progress, and what runs."""

from datetime import timedelta

import pytest

from ishtirak.kernel.clock import to_rfc3339
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.runs import RunStatus
from ishtirak.use_cases.sweep_workflows import MOST_AT_ONCE, sweep_workflows
from tests.fakes.request_states import EVERY_STATE
from tests.fakes.requests import NOW, REQUEST, submitted, with_employer
from tests.fakes.runs import InMemoryRuns, Reports
from tests.unit.use_cases.scene import Scene

LONG_AGO = to_rfc3339(NOW - timedelta(minutes=31))
MANY = 60_000


def numbered(number: int) -> str:
    return f"11111111-1111-4111-8111-{number:012}"


def swept(scene: Scene, runs: InMemoryRuns) -> list[str]:
    reports = Reports()
    count = sweep_workflows(requests=scene.requests, runs=runs, reports=reports, clock=scene.clock)
    assert count == len(reports.runs)
    return reports.runs


def holds(scene: Scene, request: SubmittedRequest, *, updated_at: str = LONG_AGO) -> None:
    scene.requests.kept[request.id] = request.model_copy(update={"updated_at": updated_at})


@pytest.mark.parametrize("ended", [None, RunStatus.FAILED, RunStatus.TIMED_OUT, RunStatus.ABORTED])
def test_what_no_run_carries_is_reported(scene: Scene, ended: RunStatus | None) -> None:
    holds(scene, with_employer())
    runs = InMemoryRuns(started={REQUEST: {}}, ended={REQUEST: ended}) if ended else InMemoryRuns()

    assert swept(scene, runs) == [REQUEST]


def test_what_runs_and_what_moved_just_now_is_left_alone(scene: Scene) -> None:
    holds(scene, with_employer())
    holds(scene, submitted(id=numbered(2)).after, updated_at=to_rfc3339(NOW - timedelta(minutes=29)))

    assert swept(scene, InMemoryRuns(started={REQUEST: {}})) == []


def test_a_run_without_a_step_for_twice_its_time_is_reported(scene: Scene) -> None:
    runs = InMemoryRuns(started={REQUEST: {}})
    holds(scene, with_employer(), updated_at=to_rfc3339(NOW))

    scene.clock.passes(timedelta(days=20))
    assert swept(scene, runs) == []
    scene.clock.passes(timedelta(seconds=1))
    assert swept(scene, runs) == [REQUEST]


@pytest.mark.parametrize(
    "state", ["draft", "declared", "billed", "rejected", "withdrawn", "expired", "needs_attention"]
)
def test_what_no_run_has_to_carry_is_not_looked_at(scene: Scene, state: str) -> None:
    scene.requests.kept[REQUEST] = EVERY_STATE[state].model_copy(update={"updated_at": LONG_AGO})

    assert swept(scene, InMemoryRuns()) == []


def test_sixty_thousand_requests_are_two_lists_and_no_question_each(scene: Scene) -> None:
    waiting = with_employer().model_copy(update={"updated_at": LONG_AGO})
    ids = [numbered(number) for number in range(MANY)]
    scene.requests.kept |= {one: waiting.model_copy(update={"id": one}) for one in ids}
    dead = {ids[7], ids[MANY // 2], ids[-1]}
    runs = InMemoryRuns(started={one: {} for one in ids if one not in dead})

    assert set(swept(scene, runs)) == dead
    assert runs.asked == []


def test_when_all_of_them_died_a_sweep_reports_so_many_and_the_next_goes_on(scene: Scene) -> None:
    waiting = with_employer().model_copy(update={"updated_at": LONG_AGO})
    for number in range(MOST_AT_ONCE + 3):
        scene.requests.kept[numbered(number)] = waiting.model_copy(update={"id": numbered(number)})

    first = swept(scene, InMemoryRuns())
    for run in first:
        del scene.requests.kept[run]

    assert (len(first), len(swept(scene, InMemoryRuns()))) == (MOST_AT_ONCE, 3)
