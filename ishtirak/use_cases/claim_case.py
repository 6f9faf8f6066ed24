"""Taking a case off the queue, and putting it back."""

from functools import partial

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests.model import RequestChange, SubmittedRequest
from ishtirak.reviews import rules
from ishtirak.use_cases.case_desk import CaseDesk
from ishtirak.use_cases.change_request import change_request


def claim_case(request_id: str, *, by: Caller, desk: CaseDesk, transaction: Transaction) -> SubmittedRequest:
    """The request, claimed by the caller. Raises the refusals of `rules.claim` and of `CaseDesk.decide`."""
    claim = partial(rules.claim, by=by, at=desk.clock.now())
    return desk.decide(request_id, claim, by=by, transaction=transaction)


def release_case(
    request_id: str, *, by: Caller, desk: CaseDesk, transaction: Transaction
) -> SubmittedRequest:
    """The request, back on the queue undecided. Raises the refusals of `rules.release`.

    Nobody is asked whether they are a party to it: who claimed it and became one steps aside by this.
    """

    def release(request: SubmittedRequest) -> RequestChange[SubmittedRequest]:
        by.require_authority(request.owner)
        return rules.release(request, by=by, at=desk.clock.now())

    return change_request(request_id, release, requests=desk.requests, transaction=transaction)
