"""The declaration step of a request."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules
from ishtirak.requests.model import Request
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.read_requests import read_request


def accept_declaration(
    request_id: str,
    *,
    version: str,
    expected_version: int,
    by: Caller,
    requests: Requests,
    clock: Clock,
    transaction: Transaction,
) -> Request:
    """Accept the declaration's text of this `version` for the request as the caller read it (`expected_version`)."""
    request = read_request(request_id, by=by, requests=requests)
    rules.require_version(request, since=expected_version)
    change = rules.declare(request, version, by=by, at=clock.now(), policy=policy_on(today(clock)))
    transaction.commit(requests.save(change), result=change.after)
    return change.after
