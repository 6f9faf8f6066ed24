"""Taking a case off the queue, and putting it back."""

from functools import partial

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.reviews import rules
from ishtirak.use_cases.change_request import change_request


def claim_case(
    request_id: str, *, by: Caller, requests: Requests, clock: Clock, transaction: Transaction
) -> SubmittedRequest:
    """The request, claimed by the caller. Raises the refusals of `rules.claim`."""
    claim = partial(rules.claim, by=by, at=clock.now())
    return change_request(request_id, claim, requests=requests, transaction=transaction)


def release_case(
    request_id: str, *, by: Caller, requests: Requests, clock: Clock, transaction: Transaction
) -> SubmittedRequest:
    """The request, back on the queue undecided. Raises the refusals of `rules.release`."""
    release = partial(rules.release, by=by, at=clock.now())
    return change_request(request_id, release, requests=requests, transaction=transaction)
