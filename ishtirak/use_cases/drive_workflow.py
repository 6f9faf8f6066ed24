"""Driving the workflow by what happened to a request: its run is started by name, its waits are answered by token."""

from enum import StrEnum
from typing import Final

from ishtirak.eventlog.event import PublishedEvent
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import Unavailable
from ishtirak.requests import waits
from ishtirak.requests.model import RequestState, SubmittedRequest
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests, WorkflowRuns
from ishtirak.requests.runs import run_of

_STARTS: Final = frozenset({"RequestSubmitted", "RequestResumed"})


class TokenNotThere(Unavailable):
    """The event names a wait whose token cannot be read (yet): the message comes back."""


class DriveOutcome(StrEnum):
    """What became of the event."""

    NOTHING_TO_START = "nothing_to_start"
    STILL_WAITING = "still_waiting"

    STARTED = "started"
    ALREADY_STARTED = "already_started"
    ANSWERED = "answered"
    ALREADY_OVER = "already_over"
    NOTHING_WAITS = "nothing_waits"


def drive_workflow(
    *, event: PublishedEvent, requests: Requests, runs: WorkflowRuns, clock: Clock
) -> DriveOutcome:
    """Start the run of a submitted or resumed request, or answer the wait that was ended.

    The event is a reason to look, the request as it is stored says what happened: which run it is in, whether the wait
    is over, and how it ended. So a wrong event moves nothing. Starting twice starts once, because a run has the
    request's id for its name (and a number from the second on); answering what is over already changes nothing. So an
    event may come as often as it likes. The answer also says until when the next wait would last, counted from now.

    Raises `NotFound` for a request nobody submitted.
    """
    request = requests.submitted(event.aggregate.key)
    if event.type in _STARTS:
        return _start(request, runs=runs)
    wait_id = event.data.get("wait_id")
    if wait_id is None:
        return DriveOutcome.NOTHING_WAITS
    outcome = waits.standing_outcome(request)
    if outcome is None:
        return _not_answered(request, wait_id)
    token = requests.wait_token(request.id, wait_id)
    if token is None:
        raise TokenNotThere()
    allowed = waits.next_waits(at=clock.now(), policy=policy_on(today(clock)))
    answered = runs.answer(token, {"outcome": outcome, "waits": allowed.model_dump(mode="json")})
    return DriveOutcome.ANSWERED if answered else DriveOutcome.ALREADY_OVER


def _start(request: SubmittedRequest, *, runs: WorkflowRuns) -> DriveOutcome:
    """The run the request is in by now; none where somebody is shown that it stands still, and sets it going again."""
    if request.state is RequestState.NEEDS_ATTENTION:
        return DriveOutcome.NOTHING_TO_START
    started = runs.start(run_of(request), given={"request_id": request.id})
    return DriveOutcome.STARTED if started else DriveOutcome.ALREADY_STARTED


def _not_answered(request: SubmittedRequest, wait_id: str) -> DriveOutcome:
    """Somebody is waited for: by this very wait, which nobody ended, or by a later one."""
    this_one = request.wait is not None and request.wait.id == wait_id
    return DriveOutcome.STILL_WAITING if this_one else DriveOutcome.ALREADY_OVER
