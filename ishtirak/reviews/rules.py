"""How the authority reviews a submitted request: one officer a request, two people above a sum. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.errors import NotFound
from ishtirak.requests.model import (
    Party,
    RequestChange,
    RequestState,
    ReviewDecision,
    SubmittedRequest,
    Wait,
    WaitOutcome,
)
from ishtirak.requests.parties import matter_of_decision, require_no_part
from ishtirak.requests.policy import RequestPolicy
from ishtirak.requests.rules import next_version
from ishtirak.requests.waits import open_wait
from ishtirak.reviews.model import Verdict
from ishtirak.reviews.refusals import (
    ClaimedByAnother,
    GovernorDecisionNeeded,
    NotClaimed,
    OutsideThePeriodAsked,
)

VERDICT_OUTCOMES: Final[Mapping[Verdict, WaitOutcome]] = {
    Verdict.APPROVE: WaitOutcome.APPROVED,
    Verdict.PARTIALLY_APPROVE: WaitOutcome.APPROVED,
    Verdict.RETURN: WaitOutcome.RETURNED,
    Verdict.REJECT: WaitOutcome.REJECTED,
}
"""What a verdict makes of the request; above the limit a first approval becomes `NEEDS_SECOND`."""


def claim(request: SubmittedRequest, *, by: Caller, at: datetime) -> RequestChange[SubmittedRequest]:
    """An officer takes it off the queue, so that no two work on one request."""
    _require_decidable(request, by=by)
    require_no_part(by, matter_of_decision(request))
    if request.claimed_by is not None and request.claimed_by != by.person_id:
        raise ClaimedByAnother()
    return next_version(
        request,
        request.model_copy(update={"claimed_by": by.person_id, "claimed_at": to_rfc3339(at)}),
        "ReviewClaimed",
        at=at,
        actor=by.person_id,
    )


def release(request: SubmittedRequest, *, by: Caller, at: datetime) -> RequestChange[SubmittedRequest]:
    """Back on the queue, undecided."""
    _require_decidable(request, by=by)
    if request.claimed_by != by.person_id:
        raise NotClaimed()
    return next_version(
        request,
        request.model_copy(update={"claimed_by": None, "claimed_at": None}),
        "ReviewReleased",
        at=at,
        actor=by.person_id,
    )


def decide(
    request: SubmittedRequest,
    decision: ReviewDecision,
    *,
    by: Caller,
    total_halalas: int,
    at: datetime,
    policy: RequestPolicy,
) -> RequestChange[SubmittedRequest]:
    """The authority's decision. An approval above the limit, or by the Governor's exception, is made by two people, of
    the same days and on the same ground.
    """
    wait = require_decision_allowed(request, decision, by=by)
    outcome = decision.outcome
    needs_two = takes_two(decision, total_halalas=total_halalas, policy=policy)
    if needs_two and not _is_second_approval(request, decision):
        outcome = WaitOutcome.NEEDS_SECOND
    stands = decision.model_copy(update={"outcome": outcome, "desk": wait.party})
    state = {
        WaitOutcome.APPROVED: RequestState.APPROVED,
        WaitOutcome.REJECTED: RequestState.REJECTED,
    }.get(outcome, request.state)
    return next_version(
        request,
        request.model_copy(
            update={
                "state": state,
                "decisions": (*request.decisions, stands),
                "wait": None,
                "claimed_by": None,
                "claimed_at": None,
            }
        ),
        "ReviewDecided",
        at=at,
        actor=by.person_id,
        data={"wait_id": wait.id, "outcome": outcome, "reason_code": decision.reason_code},
        then=("RequestRejected",) if state is RequestState.REJECTED else (),
    )


def takes_two(decision: ReviewDecision, *, total_halalas: int, policy: RequestPolicy) -> bool:
    """Whether it is an approval two people make: above the limit, or by the Governor's exception."""
    large = total_halalas > policy.second_approval_above_halalas or decision.governor_decision is not None
    return decision.outcome is WaitOutcome.APPROVED and large


def require_decision_allowed(request: SubmittedRequest, decision: ReviewDecision, *, by: Caller) -> Wait:
    """The wait a decision would end, or the refusal: whose turn, no party, whose claim, four eyes, which days."""
    wait = _require_decidable(request, by=by)
    require_no_part(by, matter_of_decision(request))
    if request.claimed_by != by.person_id:
        raise NotClaimed()
    _require_within_request(request, decision)
    return wait


def require_exception(*, open_questions: Collection[str]) -> None:
    """A late wage correction is approved on the Governor's decision only (WAG-04)."""
    if LATE_WAGE_CORRECTION in open_questions:
        raise GovernorDecisionNeeded()


LATE_WAGE_CORRECTION: Final = "late_wage_correction"
"""The question the statutes leave to the Governor."""


def _is_second_approval(request: SubmittedRequest, decision: ReviewDecision) -> bool:
    """Whether it approves what somebody else approved already: anything else is a first approval of its own."""
    first = request.decision
    return (
        first is not None
        and first.outcome is WaitOutcome.NEEDS_SECOND
        and first.governor_decision == decision.governor_decision
        and _approved_days(request, first) == _approved_days(request, decision)
    )


def _require_decidable(request: SubmittedRequest, *, by: Caller) -> Wait:
    wait = open_wait(request, Party.OFFICER, Party.SUPERVISOR)
    require_desk(request, by=by)
    return wait


def require_desk(request: SubmittedRequest, *, by: Caller) -> None:
    """To an officer the supervisors' desk does not exist: `NotFound`."""
    of_supervisors = request.wait is not None and request.wait.party is Party.SUPERVISOR
    if of_supervisors and Role.SUPERVISOR not in by.roles:
        raise NotFound()


def _require_within_request(request: SubmittedRequest, decision: ReviewDecision) -> None:
    first, last = _approved_days(request, decision)
    asked_until = request.data.ends_on.gregorian()
    if not request.data.starts_on.gregorian() <= first <= last <= asked_until:
        raise OutsideThePeriodAsked()
    if request.data.continues and last < asked_until:
        raise OutsideThePeriodAsked()


def _approved_days(request: SubmittedRequest, decision: ReviewDecision) -> tuple[date, date]:
    """The first and the last day a decision approves: those asked for, where it names none."""
    first = decision.approved_from or request.data.starts_on
    last = decision.approved_to or request.data.ends_on
    return first.gregorian(), last.gregorian()
