"""Driving the workflow by what happened to a request: its run is started by name, its waits are answered by token."""

from enum import StrEnum
from typing import Final

from ishtirak.eventlog.event import PublishedEvent
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import Unavailable
from ishtirak.requests import waits
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests, WorkflowRuns

_STARTS: Final = "RequestSubmitted"
_RESUMES: Final = "RequestResumed"


class TokenNotThere(Unavailable):
    """The event names a wait whose token cannot be read (yet): the message comes back."""


class DriveOutcome(StrEnum):
    """What became of the event."""

    STARTED = "started"
    ALREADY_STARTED = "already_started"
    ANSWERED = "answered"
    ALREADY_OVER = "already_over"
    NOTHING_WAITS = "nothing_waits"


def drive_workflow(
    *, event: PublishedEvent, requests: Requests, runs: WorkflowRuns, clock: Clock
) -> DriveOutcome:
    """Start the run of a submitted or resumed request, or answer the wait that the event ended.

    Starting twice starts once, because a run has the request's id for its name (and a number from the second on);
    answering what is over already changes nothing. So an event may come as often as it likes. The answer also says
    until when the next wait would last, counted from now.
    """
    request_id = event.aggregate.key
    if event.type == _STARTS:
        return _start(request_id, name=request_id, runs=runs)
    if event.type == _RESUMES:
        return _start(request_id, name=f"{request_id}-{event.data['run']}", runs=runs)
    wait_id = event.data.get("wait_id")
    if wait_id is None:
        return DriveOutcome.NOTHING_WAITS
    token = requests.wait_token(request_id, wait_id)
    if token is None:
        raise TokenNotThere()
    allowed = waits.next_waits(at=clock.now(), policy=policy_on(today(clock)))
    answered = runs.answer(
        token, {"outcome": event.data["outcome"], "waits": allowed.model_dump(mode="json")}
    )
    return DriveOutcome.ANSWERED if answered else DriveOutcome.ALREADY_OVER


def _start(request_id: str, *, name: str, runs: WorkflowRuns) -> DriveOutcome:
    started = runs.start(name, given={"request_id": request_id})
    return DriveOutcome.STARTED if started else DriveOutcome.ALREADY_STARTED
