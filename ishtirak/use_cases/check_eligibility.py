"""Whether a submitted request may go on, by the rules and the register as they are now."""

from dataclasses import dataclass
from enum import StrEnum

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import Incomplete, Refused
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.requests import rules, waits
from ishtirak.requests.model import RequestState
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.authority_dates import AuthorityDates


class Eligibility(StrEnum):
    """Where the workflow goes on. A resumed request may be further: replied to already, or approved."""

    ELIGIBLE = "ELIGIBLE"
    REPLIED = "REPLIED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    """By a rule, whose code the request then carries."""
    WITHDRAWN = "WITHDRAWN"


_DECIDED = {
    RequestState.WITHDRAWN: Eligibility.WITHDRAWN,
    RequestState.REJECTED: Eligibility.REJECTED,
    RequestState.APPROVED: Eligibility.APPROVED,
}


@dataclass(frozen=True)
class EligibilityCheck:
    """What the check came to, and what each party is allowed from now."""

    outcome: Eligibility
    waits: waits.NextWaits


def check_eligibility(
    request_id: str,
    *,
    requests: Requests,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    authority: AuthorityDates,
    clock: Clock,
    transaction: Transaction,
) -> EligibilityCheck:
    """Whether the request may go on; what a rule objects to is rejected with the rule's code."""
    now, policy = clock.now(), policy_on(today(clock))
    request = requests.submitted(request_id)
    outcome = _DECIDED.get(request.state)
    allowed = waits.next_waits(at=now, policy=policy)
    if outcome is not None:
        return EligibilityCheck(outcome, allowed)
    try:
        assess_submitted(
            request,
            people=people,
            establishments=establishments,
            accounts=accounts,
            authority=authority,
            as_of=today(clock),
        )
    except (Refused, Incomplete) as refused:
        rejected = EligibilityCheck(Eligibility.REJECTED, allowed)
        change = rules.reject_by_rule(request, refused.code, at=now)
        if change is not None:
            transaction.commit(requests.save(change), result=rejected)
        return rejected
    replied = request.employer_reply is not None
    return EligibilityCheck(Eligibility.REPLIED if replied else Eligibility.ELIGIBLE, allowed)
