"""Assigning a submitted request to whoever must reply, and keeping the token that answers the workflow."""

from datetime import datetime

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import waits
from ishtirak.requests.model import Party
from ishtirak.requests.ports import Requests


def assign_task(
    request_id: str,
    *,
    party: Party,
    until: datetime,
    token: str,
    requests: Requests,
    clock: Clock,
    transaction: Transaction,
) -> bool:
    """Put the request on the party's desk until a moment at most; False when this very wait stands already.

    Calling it again with the same token changes nothing; with a new one (the workflow's state was entered anew) the
    new wait replaces the old. Raises `RequestClosed` when it is nobody's turn any more: the workflow then reads the
    outcome instead of waiting.
    """
    change = waits.assign(
        requests.submitted(request_id),
        party,
        wait_id=stable_id("wait", token),
        token=token,
        until=until,
        at=clock.now(),
    )
    if change is None:
        return False
    transaction.commit(requests.save(change), result=True)
    return True
