"""The authority's decision on a request."""

from typing import Final

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import to_rfc3339, today
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.transaction import NO_ITEMS, Transaction
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.requests.model import ReviewDecision, SubmittedRequest, WaitOutcome
from ishtirak.requests.policy import policy_on
from ishtirak.reviews import rules
from ishtirak.reviews.model import ReasonCode, Verdict
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.authority_dates import AuthorityDates
from ishtirak.use_cases.case_desk import CaseDesk
from ishtirak.use_cases.step_up import REVIEW, Intent, StepUp

_STATED: Final = ("reason_code", "note", "approved_from", "approved_to", "governor_decision")


def decide_case(
    request_id: str,
    *,
    verdict: Verdict,
    reason_code: ReasonCode | None = None,
    note: str | None = None,
    approved_from: CivilDate | None = None,
    approved_to: CivilDate | None = None,
    governor_decision: str | None = None,
    proof_id: str | None = None,
    by: Caller,
    desk: CaseDesk,
    step_up: StepUp,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    authority: AuthorityDates,
    transaction: Transaction,
) -> SubmittedRequest:
    """The request as decided; whether an approval needs a second one depends on what it comes to today.

    An approval two people make takes a fresh proof of each, used up with it. Raises the refusals of `rules.decide` and
    `CaseDesk.require_decidable`, and of an approval the rule that objects to it by now, `GovernorDecisionNeeded` where
    it corrects a wage late without the Governor's decision, or `StepUpRequired`.
    """
    now = desk.clock.now()
    decision = ReviewDecision(
        outcome=rules.VERDICT_OUTCOMES[verdict],
        by=by.person_id,
        at=to_rfc3339(now),
        reason_code=reason_code,
        note=note,
        approved_from=approved_from,
        approved_to=approved_to,
        governor_decision=governor_decision,
    )
    request, policy = desk.requests.submitted(request_id), policy_on(today(desk.clock))
    desk.require_decidable(request, by=by)
    rules.require_decision_allowed(request, decision, by=by)
    total = 0
    if decision.outcome is WaitOutcome.APPROVED:
        assessment = assess_submitted(
            request,
            people=people,
            establishments=establishments,
            accounts=accounts,
            authority=authority,
            as_of=today(desk.clock),
            decision=decision,
        )
        rules.require_exception(open_questions=[question.code for question in assessment.needs_decision])
        total = assessment.total
    change = rules.decide(request, decision, by=by, total_halalas=total, at=now, policy=policy)
    proof = NO_ITEMS
    if rules.takes_two(decision, total_halalas=total, policy=policy):
        intent = _intent(verdict, decision, proof_id=proof_id)
        proof = step_up.consume(intent, request_id, version=request.version, by=by)
    transaction.commit(desk.requests.save(change), proof, result=change.after)
    return change.after


def _intent(verdict: Verdict, decision: ReviewDecision, *, proof_id: str | None) -> Intent:
    """The decision as its officer stated it, which is what the proof was made for."""
    stated = {name: getattr(decision, name) for name in _STATED}
    return Intent(REVIEW, proof_id, {"verdict": verdict, **stated})
