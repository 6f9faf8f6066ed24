"""Recording that a deadline passed without a reply, or that a step of the workflow failed for good."""

from dataclasses import dataclass
from typing import Final

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, SubmittedRequest, WaitOutcome
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests

_OUT_OF_STEP: Final = "RunOutOfStep"


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

    What was said first stands: a reply or an end that came before changes nothing here. Where the request waits for
    somebody else than its run believes, the run ends, so the request is shown to need attention.
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
    outcome = waits.outcome_of(after, party)
    if outcome is WaitOutcome.NEEDS_ATTENTION and change is None:
        change = rules.record_failure(request, _OUT_OF_STEP, at=now)
    ended = EndedWait(outcome, allowed)
    if change is not None:
        transaction.commit(requests.save(change), result=ended)
    return ended
