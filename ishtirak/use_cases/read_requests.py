"""What a contributor reads of their own requests: the list, one of them, its timeline, its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass

from ishtirak.billing.model import Bill
from ishtirak.billing.ports import Bills
from ishtirak.eventlog.event import Event
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import NotFound
from ishtirak.requests import rules
from ishtirak.requests.model import Request, SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.requests.refusals import NotBilledYet


@dataclass(frozen=True)
class RequestHistory:
    """A request and everything that happened to it, in order."""

    request: Request
    events: Sequence[Event]


@dataclass(frozen=True)
class BilledRequest:
    """A request that ended in a bill, and the bill as it is now."""

    request: SubmittedRequest
    bill: Bill


def list_requests(*, by: Caller, requests: Requests) -> Sequence[Request]:
    """The caller's requests, newest change first."""
    return requests.of_owner(by.person_id)


def read_request(request_id: str, *, by: Caller, requests: Requests) -> Request:
    """The caller's own request; `NotFound` for another's as for one that never was."""
    request = requests.get(request_id)
    rules.require_owner(request, by=by)
    return request


def read_timeline(request_id: str, *, by: Caller, requests: Requests) -> RequestHistory:
    """What happened to the caller's request."""
    request = read_request(request_id, by=by, requests=requests)
    return RequestHistory(request, requests.timeline(request_id))


def read_receipt(request_id: str, *, by: Caller, requests: Requests, bills: Bills) -> BilledRequest:
    """The caller's request with the bill it came to; `NotBilledYet` until there is one."""
    request = read_request(request_id, by=by, requests=requests)
    if not isinstance(request, SubmittedRequest) or request.bill_id is None:
        raise NotBilledYet()
    bill = bills.find(request.bill_id)
    if bill is None:
        raise NotFound()
    return BilledRequest(request, bill)
