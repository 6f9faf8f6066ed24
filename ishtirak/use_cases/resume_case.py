"""Setting a request that needs attention going again."""

from functools import partial

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules
from ishtirak.requests.model import Step, SubmittedRequest
from ishtirak.use_cases.case_desk import CaseDesk


def resume_case(
    request_id: str, *, step: Step, by: Caller, desk: CaseDesk, transaction: Transaction
) -> SubmittedRequest:
    """The request, in a new run of the workflow from this step.

    Raises the refusals of `rules.resume` and of `CaseDesk.decide`.
    """
    resume = partial(rules.resume, step=step, by=by, at=desk.clock.now())
    return desk.decide(request_id, resume, by=by, transaction=transaction)
