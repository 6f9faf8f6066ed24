"""Recording that a deadline passed without a reply, or that a step of the workflow failed for good."""

from dataclasses import dataclass

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, SubmittedRequest, WaitOutcome
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests


@dataclass(frozen=True)
class EndedWait:
    """How a wait ended, and what each party is allowed from now."""

    outcome: WaitOutcome
    waits: waits.NextWaits


def record_timeout_or_failure(
    request_id: str,
    *,
    party: Party | None = None,
    failure: str | None = None,
    requests: Requests,
    clock: Clock,
    transaction: Transaction,
) -> EndedWait:
    """How the wait for `party` ended; without a party the step failed, and the request needs attention.

    What was said first stands: a reply or an end that came before changes nothing here.
    """
    request = requests.submitted(request_id)
    now = clock.now()
    allowed = waits.next_waits(at=now, policy=policy_on(today(clock)))
    if party is None:
        failed = rules.record_failure(request, failure or "unknown", at=now)
        ended = EndedWait(WaitOutcome.NEEDS_ATTENTION, allowed)
        if failed is not None:
            transaction.commit(requests.save(failed), result=ended)
        return ended
    change = waits.record_timeout(request, party, at=now)
    after: SubmittedRequest = request if change is None else change.after
    ended = EndedWait(waits.outcome_of(after, party), allowed)
    if change is not None:
        transaction.commit(requests.save(change), result=ended)
    return ended
