"""Runs of the workflow as a request knows them: how the present one is called, and when the request stands still.

A run may die without a word: an execution that failed outside of its own states, one that was aborted, a start that was
never made. What is in progress without a run that carries it is **stranded**, and ends on the desk of attention.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ishtirak.requests.model import CLOSED, Request, RequestState, SubmittedRequest
from ishtirak.requests.policy import RequestPolicy

IN_PROGRESS: Final = "IN_PROGRESS"
"""The listing of what a run has to carry on."""
_ID_LENGTH: Final = 36


class RunStatus(StrEnum):
    """How a run stands, in the words of whoever runs it."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"


@dataclass(frozen=True)
class RequestInProgress:
    """A request in the listing: the run that has to carry it, its last step, until when it waits (UTC)."""

    run: str
    updated_at: str
    until: str | None


_FAILURES: Final = {
    None: "RunNotStarted",
    RunStatus.SUCCEEDED: "RunEnded",
    RunStatus.FAILED: "RunFailed",
    RunStatus.TIMED_OUT: "RunTimedOut",
    RunStatus.ABORTED: "RunAborted",
    RunStatus.RUNNING: "RunStoodStill",
}
_NEVER_CARRIES_ON: Final = frozenset({RunStatus.FAILED, RunStatus.TIMED_OUT, RunStatus.ABORTED})


def run_of(request: Request) -> str:
    """The name of its present run: the request's id, with a number from the second on."""
    return request.id if request.runs == 1 else f"{request.id}-{request.runs}"


def request_of(run: str) -> str:
    """The id of the request a run is of."""
    return run[:_ID_LENGTH]


def is_in_progress(request: Request) -> bool:
    """Whether a run has to carry it on: it is submitted, not closed, and nobody was shown that it stands still."""
    return (
        isinstance(request, SubmittedRequest)
        and request.state not in CLOSED
        and request.state is not RequestState.NEEDS_ATTENTION
    )


def in_listing(request: Request) -> RequestInProgress:
    """Its place in the listing."""
    return RequestInProgress(
        run=run_of(request),
        updated_at=request.updated_at,
        until=request.wait.until if request.wait else None,
    )


def stands_still(entry: RequestInProgress, *, at: datetime, policy: RequestPolicy) -> bool:
    """Whether there was no step for twice the time there was for one.

    Who waits for somebody has until the deadline and as long again, and who waits for nobody twice the time a step of
    ours may take; never less than that, since the workflow's own clock ends a wait first.
    """
    grace = timedelta(minutes=policy.stranded_after_minutes)
    last = datetime.fromisoformat(entry.updated_at)
    until = datetime.fromisoformat(entry.until) if entry.until else last + grace
    return at > until + max(until - last, grace)


def failure_of(
    request: SubmittedRequest, status: RunStatus | None, *, at: datetime, policy: RequestPolicy
) -> str | None:
    """Why the request is stranded, its run standing like this; None where it is not, or cannot be said to be yet.

    A start may be on its way for a while, and a run that ended well is seen to have ended before its last step is.
    """
    if status in _NEVER_CARRIES_ON:
        return _FAILURES[status]
    entry = in_listing(request)
    if status is RunStatus.RUNNING:
        return _FAILURES[status] if stands_still(entry, at=at, policy=policy) else None
    in_flight = at <= datetime.fromisoformat(entry.updated_at) + timedelta(
        minutes=policy.stranded_after_minutes
    )
    return None if in_flight else _FAILURES[status]
