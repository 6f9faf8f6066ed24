"""The first step of a request: an empty draft of the caller's own."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules
from ishtirak.requests.model import CLOSED, Request, RequestKind
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests


def begin_request(
    *,
    kind: RequestKind,
    system: System,
    amends: str | None,
    by: Caller,
    requests: Requests,
    clock: Clock,
    transaction: Transaction,
) -> Request:
    """A new draft; raises the refusals of `rules.draft`. `amends` is the id of a recorded period."""
    still_open = sum(request.state not in CLOSED for request in requests.of_owner(by.person_id))
    change = rules.draft(
        new_id(),
        owner=by.person_id,
        kind=kind,
        system=system,
        amends=amends,
        already_open=still_open,
        at=clock.now(),
        policy=policy_on(today(clock)),
    )
    transaction.commit(requests.save(change), result=change.after)
    return change.after
