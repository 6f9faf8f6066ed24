"""An employer's reply to a period an employee claims."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.ports import Establishments, People
from ishtirak.requests import waits
from ishtirak.requests.ports import Requests
from ishtirak.requests.waits import EmployerAnswer
from ishtirak.use_cases.read_claims import EmployerClaim, claim_by, require_within_scope


def respond_to_claim(
    request_id: str,
    *,
    answer: EmployerAnswer,
    note: str | None = None,
    by: Caller,
    requests: Requests,
    people: People,
    establishments: Establishments,
    clock: Clock,
    transaction: Transaction,
) -> EmployerClaim:
    """The claim with the employer's reply.

    Raises `NotFound` as `read_claim` does, and the refusals of `waits.record_reply`.
    """
    request = requests.submitted(request_id)
    require_within_scope(request, by=by, establishments=establishments, clock=clock)
    change = waits.record_reply(request, waits.REPLY_OUTCOMES[answer], note, by=by, at=clock.now())
    claim = claim_by(change.after, people=people, reader=by)
    transaction.commit(requests.save(change), result=claim)
    return claim
