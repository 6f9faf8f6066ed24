"""Showing somebody a request whose workflow does not carry it on any more."""

from enum import StrEnum

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests, WorkflowRuns
from ishtirak.requests.runs import RunStatus, failure_of, is_in_progress, request_of, run_of


class StrandedOutcome(StrEnum):
    """What became of it."""

    SHOWN = "shown"
    GOES_ON = "goes_on"
    ANOTHER_RUN = "another_run"
    NOTHING_STANDS = "nothing_stands"


def show_stranded(
    *, run: str, requests: Requests, runs: WorkflowRuns, clock: Clock, transaction: Transaction
) -> StrandedOutcome:
    """Put the request of this run on the desk of attention, if it is stranded: by the table and the run as they are.

    Who says so is only a reason to look, so a wrong or a late word changes nothing, and the same word may come as often
    as it likes. A run that stands still is stopped first: one that woke up later would carry on what somebody has taken
    in hand. Raises `NotFound` for a run of no submitted request.
    """
    request = requests.submitted(request_of(run))
    if run_of(request) != run:
        return StrandedOutcome.ANOTHER_RUN
    if not is_in_progress(request):
        return StrandedOutcome.NOTHING_STANDS
    now, status = clock.now(), runs.status(run)
    failure = failure_of(request, status, at=now, policy=policy_on(today(clock)))
    change = rules.record_failure(request, failure, at=now) if failure else None
    if change is None:
        return StrandedOutcome.GOES_ON
    if status is RunStatus.RUNNING:
        runs.stop(run)
    try:
        transaction.commit(requests.save(change), result=StrandedOutcome.SHOWN)
    except ChangedMeanwhile:
        return StrandedOutcome.GOES_ON
    return StrandedOutcome.SHOWN
