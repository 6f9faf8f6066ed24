"""Setting a request that needs attention going again."""

from functools import partial

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules
from ishtirak.requests.model import Step, SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.change_request import change_request


def resume_case(
    request_id: str, *, step: Step, by: Caller, requests: Requests, clock: Clock, transaction: Transaction
) -> SubmittedRequest:
    """The request, in a new run of the workflow from this step. Raises the refusals of `rules.resume`."""
    resume = partial(rules.resume, step=step, by=by, at=clock.now())
    return change_request(request_id, resume, requests=requests, transaction=transaction)
