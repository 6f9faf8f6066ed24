"""A contributor takes their request back."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules
from ishtirak.requests.model import Request
from ishtirak.requests.ports import Requests


def withdraw_request(
    request_id: str, *, by: Caller, requests: Requests, clock: Clock, transaction: Transaction
) -> Request:
    """Withdraw it, at any moment before the authority decided; raises the refusals of `rules.withdraw`."""
    change = rules.withdraw(requests.get(request_id), by=by, at=clock.now())
    transaction.commit(requests.save(change), result=change.after)
    return change.after
