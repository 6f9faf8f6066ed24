"""The authority's decision on a request."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import to_rfc3339, today
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.requests.model import RequestChange, ReviewDecision, SubmittedRequest, WaitOutcome
from ishtirak.requests.policy import policy_on
from ishtirak.reviews import rules
from ishtirak.reviews.model import ReasonCode, Verdict
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.authority_dates import AuthorityDates
from ishtirak.use_cases.case_desk import CaseDesk


def decide_case(
    request_id: str,
    *,
    verdict: Verdict,
    reason_code: ReasonCode | None = None,
    note: str | None = None,
    approved_from: CivilDate | None = None,
    approved_to: CivilDate | None = None,
    governor_decision: str | None = None,
    by: Caller,
    desk: CaseDesk,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    authority: AuthorityDates,
    transaction: Transaction,
) -> SubmittedRequest:
    """The request as decided; whether an approval needs a second one depends on what it comes to today.

    Raises the refusals of `rules.decide` and `CaseDesk.decide`, and of an approval the rule that objects to it by now,
    or `GovernorDecisionNeeded` where it corrects a wage late without the Governor's decision.
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

    def decide(request: SubmittedRequest) -> RequestChange[SubmittedRequest]:
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
        return rules.decide(
            request, decision, by=by, total_halalas=total, at=now, policy=policy_on(today(desk.clock))
        )

    return desk.decide(request_id, decide, by=by, transaction=transaction)
