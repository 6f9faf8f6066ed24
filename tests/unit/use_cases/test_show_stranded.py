"""A request nobody carries on is shown to somebody: by what the table and the run say, not by who reports it."""

from datetime import timedelta

import pytest

from ishtirak.kernel.errors import NotFound
from ishtirak.requests.desks import ATTENTION
from ishtirak.requests.model import Request, RequestState
from ishtirak.requests.runs import RunStatus
from ishtirak.use_cases.show_stranded import StrandedOutcome, show_stranded
from tests.fakes.request_states import EVERY_STATE, billed, failed
from tests.fakes.requests import REQUEST, decided, declared, replied, submitted, under_review, with_employer
from tests.fakes.runs import InMemoryRuns
from tests.unit.use_cases.scene import Scene

HALF_AN_HOUR = timedelta(minutes=30)
ENDED = [RunStatus.FAILED, RunStatus.TIMED_OUT, RunStatus.ABORTED]


def reported(scene: Scene, runs: InMemoryRuns, run: str = REQUEST) -> StrandedOutcome:
    return show_stranded(
        run=run, requests=scene.requests, runs=runs, clock=scene.clock, transaction=scene.transaction
    )


def running(status: RunStatus | None = None) -> InMemoryRuns:
    runs = InMemoryRuns(started={REQUEST: {}})
    if status is not None:
        runs.ended[REQUEST] = status
    return runs


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize(
    "request_", [submitted().after, with_employer(), replied(), under_review(), decided()]
)
def test_a_request_whose_run_died_is_shown_at_once(
    scene: Scene, request_: Request, status: RunStatus
) -> None:
    scene.holds(request_)

    done = [reported(scene, running(status)) for _ in range(2)]

    request = scene.requests.get(REQUEST)
    assert done == [StrandedOutcome.SHOWN, StrandedOutcome.NOTHING_STANDS]
    assert (request.state, request.wait) == (RequestState.NEEDS_ATTENTION, None)
    assert request.failure in ("RunFailed", "RunTimedOut", "RunAborted")
    assert [one.id for one in scene.requests.on_desk(ATTENTION, limit=5)] == [REQUEST]
    assert scene.happened(REQUEST) == ["AttentionNeeded"]


def test_a_reply_given_meanwhile_is_kept(scene: Scene) -> None:
    scene.holds(replied())

    reported(scene, running(RunStatus.FAILED))

    assert scene.requests.get(REQUEST).employer_reply is not None


def test_a_run_that_goes_on_is_no_alarm_whoever_reports_it(scene: Scene) -> None:
    stored = scene.holds(with_employer())

    assert reported(scene, running()) is StrandedOutcome.GOES_ON
    assert scene.requests.get(REQUEST) == stored


def test_a_run_that_makes_no_step_is_stopped_and_shown(scene: Scene) -> None:
    request = scene.holds(with_employer())
    runs = running()
    scene.clock.passes(timedelta(days=20))
    on_the_dot = reported(scene, runs)
    scene.clock.passes(timedelta(seconds=1))

    assert [on_the_dot, reported(scene, runs)] == [StrandedOutcome.GOES_ON, StrandedOutcome.SHOWN]
    assert runs.ended == {REQUEST: RunStatus.ABORTED}
    assert scene.requests.get(REQUEST).failure == "RunStoodStill"
    assert request.wait is not None


def test_an_answered_request_its_run_did_not_hear_of_is_shown(scene: Scene) -> None:
    scene.holds(replied())
    scene.clock.passes(2 * HALF_AN_HOUR + timedelta(seconds=1))

    assert reported(scene, running()) is StrandedOutcome.SHOWN


@pytest.mark.parametrize("status", [None, RunStatus.SUCCEEDED])
def test_a_start_or_an_end_may_be_on_its_way(scene: Scene, status: RunStatus | None) -> None:
    scene.holds(submitted().after)
    runs = running(status) if status else InMemoryRuns()
    at_first = reported(scene, runs)
    scene.clock.passes(HALF_AN_HOUR)
    still = reported(scene, runs)
    scene.clock.passes(timedelta(seconds=1))

    assert [at_first, still, reported(scene, runs)] == [
        StrandedOutcome.GOES_ON,
        StrandedOutcome.GOES_ON,
        StrandedOutcome.SHOWN,
    ]
    assert scene.requests.get(REQUEST).failure == ("RunEnded" if status else "RunNotStarted")


@pytest.mark.parametrize("state", ["billed", "rejected", "withdrawn", "expired", "needs_attention"])
def test_what_is_over_or_shown_already_stays_as_it_is(scene: Scene, state: str) -> None:
    stored = scene.holds(EVERY_STATE[state])

    assert reported(scene, running(RunStatus.FAILED)) is StrandedOutcome.NOTHING_STANDS
    assert scene.requests.get(REQUEST) == stored


def test_the_end_of_an_earlier_run_says_nothing_of_the_present_one(scene: Scene) -> None:
    stored = scene.holds(with_employer().model_copy(update={"runs": 2}))
    runs = InMemoryRuns(started={f"{REQUEST}-2": {}}, ended={REQUEST: RunStatus.FAILED})

    assert reported(scene, runs) is StrandedOutcome.ANOTHER_RUN
    assert reported(scene, runs, f"{REQUEST}-2") is StrandedOutcome.GOES_ON
    assert scene.requests.get(REQUEST) == stored


@pytest.mark.parametrize("run", [REQUEST, "nonsense", ""])
def test_a_run_of_nothing_that_was_submitted_is_not_found(scene: Scene, run: str) -> None:
    scene.holds(declared().after)

    with pytest.raises(NotFound):
        reported(scene, running(RunStatus.FAILED), run)


def test_who_moves_on_at_the_same_moment_wins(scene: Scene) -> None:
    scene.holds(with_employer())

    class Moving(InMemoryRuns):
        def status(self, name: str) -> RunStatus | None:
            scene.requests.kept[REQUEST] = replied().model_copy(update={"version": 99})
            return RunStatus.FAILED

    assert reported(scene, Moving()) is StrandedOutcome.GOES_ON
    assert scene.requests.get(REQUEST).version == 99
    assert billed().state is not failed(under_review()).state
