"""Recording that a deadline passed without a reply, or that a step of the workflow failed for good."""

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, SubmittedRequest, WaitOutcome
from ishtirak.requests.ports import Requests


def record_timeout_or_failure(
    request_id: str,
    *,
    party: Party | None = None,
    failure: str | None = None,
    requests: Requests,
    clock: Clock,
    transaction: Transaction,
) -> WaitOutcome:
    """How the wait for `party` ended; without a party the step failed, and the request needs attention.

    What was said first stands: a reply or an end that came before changes nothing here.
    """
    request = requests.submitted(request_id)
    if party is None:
        failed = rules.record_failure(request, failure or "unknown", at=clock.now())
        if failed is not None:
            transaction.commit(requests.save(failed), result=WaitOutcome.NEEDS_ATTENTION)
        return WaitOutcome.NEEDS_ATTENTION
    change = waits.record_timeout(request, party, at=clock.now())
    after: SubmittedRequest = request if change is None else change.after
    outcome = waits.outcome_of(after, party)
    if change is not None:
        transaction.commit(requests.save(change), result=outcome)
    return outcome
