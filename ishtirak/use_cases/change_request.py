"""What every act on a submitted request shares: it is loaded, a rule changes it, and the change is committed."""

from collections.abc import Callable

from ishtirak.kernel.transaction import Transaction
from ishtirak.requests.model import RequestChange, SubmittedRequest
from ishtirak.requests.ports import Requests

type SubmittedRule = Callable[[SubmittedRequest], RequestChange[SubmittedRequest]]
"""A rule with everything but the request bound."""


def change_request(
    request_id: str,
    rule: SubmittedRule,
    *,
    requests: Requests,
    transaction: Transaction,
) -> SubmittedRequest:
    """The request after the rule, committed; it is what the calling use case returns.

    Raises the rule's refusals, `NotFound` for a request nobody submitted, and `ChangedMeanwhile`.
    """
    change = rule(requests.submitted(request_id))
    transaction.commit(requests.save(change), result=change.after)
    return change.after
