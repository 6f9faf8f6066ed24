"""What every decision about a request has in common."""

from dataclasses import dataclass

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests.model import RequestChange, SubmittedRequest
from ishtirak.requests.parties import matter_of_decision
from ishtirak.requests.ports import Requests
from ishtirak.reviews.rules import require_desk
from ishtirak.use_cases.change_request import SubmittedRule, change_request
from ishtirak.use_cases.interests import InterestReader


@dataclass(frozen=True, kw_only=True)
class CaseDesk:
    """Where decisions about requests are made, and with what."""

    requests: Requests
    interests: InterestReader
    clock: Clock

    def decide(
        self, request_id: str, rule: SubmittedRule, *, by: Caller, transaction: Transaction
    ) -> SubmittedRequest:
        """The request after the rule, committed.

        Raises `NotFound` for a request nobody submitted or on a desk that is not the caller's, `OwnInterest` where the
        caller is a party to it as it is now, the rule's refusals, and `ChangedMeanwhile`.
        """

        def decided(request: SubmittedRequest) -> RequestChange[SubmittedRequest]:
            self.require_decidable(request, by=by)
            return rule(request)

        return change_request(request_id, decided, requests=self.requests, transaction=transaction)

    def require_decidable(self, request: SubmittedRequest, *, by: Caller) -> None:
        """Refuses a request on no desk of the caller's (`NotFound`), or to which they are a party (`OwnInterest`)."""
        require_desk(request, by=by)
        self.interests.require_none(by, matter_of_decision(request))
