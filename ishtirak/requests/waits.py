"""Whom a submitted request waits for: assigning a task with a deadline, the reply to it, and the deadline passing."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, Final

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.value import Value
from ishtirak.kernel.working_days import working_days_after
from ishtirak.requests.model import (
    EmployerReply,
    Party,
    RequestChange,
    RequestState,
    SubmittedRequest,
    Wait,
    WaitOutcome,
)
from ishtirak.requests.parties import matter_of_reply, require_no_part
from ishtirak.requests.policy import RequestPolicy
from ishtirak.requests.refusals import NotWaitingForYou, ReplyTooLate, RequestClosed
from ishtirak.requests.rules import day_of, next_version

_DESK_STATE = {
    Party.EMPLOYER: RequestState.WITH_EMPLOYER,
    Party.OFFICER: RequestState.UNDER_REVIEW,
    Party.SUPERVISOR: RequestState.SECOND_REVIEW,
    Party.CONTRIBUTOR: RequestState.RETURNED,
}


_COMES_FROM = {
    Party.EMPLOYER: frozenset({RequestState.SUBMITTED, RequestState.NEEDS_ATTENTION}),
    Party.OFFICER: frozenset({RequestState.WITH_EMPLOYER}),
    Party.SUPERVISOR: frozenset({RequestState.UNDER_REVIEW}),
    Party.CONTRIBUTOR: frozenset({RequestState.UNDER_REVIEW, RequestState.SECOND_REVIEW}),
}


_ASSIGNED = {
    Party.EMPLOYER: "EmployerAsked",
    Party.OFFICER: "ReviewAsked",
    Party.SUPERVISOR: "SecondReviewAsked",
    Party.CONTRIBUTOR: "RequestReturned",
}


def assign(
    request: SubmittedRequest, party: Party, *, wait_id: str, token: str, until: datetime, at: datetime
) -> RequestChange[SubmittedRequest] | None:
    """Assign it to a party with a deadline, the workflow's `token` kept. None when this very wait stands already.

    A new wait replaces one for the same party that is still open (the step was tried anew), its claim kept.
    A step tried anew after the answer came finds nothing to ask: `RequestClosed`, and what was said stands.
    """
    if request.wait is not None and request.wait.id == wait_id:
        return None
    again = request.wait is not None and request.wait.party is party
    if not again and not _may_be_assigned(request, party):
        raise RequestClosed()
    wait = Wait(id=wait_id, party=party, until=to_rfc3339(until))
    claim_ends = {} if again else {"claimed_by": None, "claimed_at": None}
    asked = {"employer_asked": True} if party is Party.EMPLOYER else {}
    change = next_version(
        request,
        request.model_copy(update={"state": _DESK_STATE[party], "wait": wait, **claim_ends, **asked}),
        _ASSIGNED[party],
        at=at,
        actor="add_period",
        data={"until": wait.until},
    )
    return RequestChange(change.before, change.after, change.events, token=token)


def _may_be_assigned(request: SubmittedRequest, party: Party) -> bool:
    """Whether it is this party's turn: nobody is waited for, and the step before is done.

    What needs attention begins again with the employer, as a run started anew does.
    """
    if request.wait is not None:
        return False
    if party is Party.SUPERVISOR and request.state is RequestState.SECOND_REVIEW:
        return request.decision is not None and request.decision.outcome is WaitOutcome.NEEDS_SECOND
    if party is Party.OFFICER and request.state is RequestState.SUBMITTED:
        return request.employer_reply is not None  # resumed: what the employer said stands
    return request.state in _COMES_FROM[party]


class EmployerAnswer(StrEnum):
    """The period is as claimed, or it is not."""

    CONFIRM = "CONFIRM"
    OBJECT = "OBJECT"


REPLY_OUTCOMES: Final[Mapping[EmployerAnswer, WaitOutcome]] = {
    EmployerAnswer.CONFIRM: WaitOutcome.CONFIRMED,
    EmployerAnswer.OBJECT: WaitOutcome.OBJECTED,
}


def employer_was_asked(request: SubmittedRequest) -> bool:
    """Whether the employer was asked since the request was last submitted."""
    return (
        request.employer_asked
        or request.employer_reply is not None
        or request.state is RequestState.WITH_EMPLOYER
    )


def record_reply(
    request: SubmittedRequest, outcome: WaitOutcome, note: str | None, *, by: Caller, at: datetime
) -> RequestChange[SubmittedRequest]:
    """The employer confirms or objects, in time."""
    wait = open_wait(request, Party.EMPLOYER)
    require_no_part(by, matter_of_reply(request))
    if to_rfc3339(at) > wait.until:
        raise ReplyTooLate()
    answer = EmployerReply(outcome=outcome, note=note, by=by.person_id, at=to_rfc3339(at))
    return next_version(
        request,
        request.model_copy(
            update={
                "employer_reply": answer,
                "replied_by": (*request.replied_by, by.person_id),
                "wait": None,
            }
        ),
        "EmployerReplied",
        at=at,
        actor=by.person_id,
        data={"wait_id": wait.id, "outcome": outcome},
    )


_TIMEOUT = {
    Party.EMPLOYER: (WaitOutcome.NO_REPLY, "EmployerStayedSilent", None),
    Party.OFFICER: (WaitOutcome.OVERDUE, "ReviewOverdue", None),
    Party.SUPERVISOR: (WaitOutcome.NEEDS_ATTENTION, "AttentionNeeded", RequestState.NEEDS_ATTENTION),
    Party.CONTRIBUTOR: (WaitOutcome.EXPIRED, "RequestExpired", RequestState.EXPIRED),
}


def record_timeout(
    request: SubmittedRequest, party: Party, *, at: datetime
) -> RequestChange[SubmittedRequest] | None:
    """A deadline passed without a reply. None when the reply came first: what was said stands."""
    if request.wait is None or request.wait.party is not party:
        return None
    outcome, event, state = _TIMEOUT[party]
    update: dict[str, Any] = {"wait": None, "state": state or request.state}
    if party is Party.EMPLOYER:
        update["employer_reply"] = EmployerReply(
            outcome=WaitOutcome.NO_REPLY, by="add_period", at=to_rfc3339(at)
        )
    if party is Party.OFFICER:
        update["overdue"] = True
    return next_version(
        request,
        request.model_copy(update=update),
        event,
        at=at,
        actor="add_period",
        data={"outcome": outcome},
    )


def outcome_of(request: SubmittedRequest, party: Party) -> WaitOutcome:
    """How a wait for a party ended, read from the request itself."""
    if request.state is RequestState.WITHDRAWN:
        return WaitOutcome.WITHDRAWN
    if request.state is RequestState.EXPIRED:
        return WaitOutcome.EXPIRED
    if request.state is RequestState.NEEDS_ATTENTION:
        return WaitOutcome.NEEDS_ATTENTION
    if party is Party.EMPLOYER and request.employer_reply is not None:
        return request.employer_reply.outcome
    if party is Party.CONTRIBUTOR and request.state is RequestState.SUBMITTED:
        return WaitOutcome.RESUBMITTED
    if party is Party.OFFICER and request.overdue:  # the decision that stands is of an earlier round
        return WaitOutcome.OVERDUE
    if party in (Party.OFFICER, Party.SUPERVISOR) and request.decision is not None:
        return request.decision.outcome
    return WaitOutcome.NEEDS_ATTENTION


def standing_outcome(request: SubmittedRequest) -> WaitOutcome | None:
    """How the wait that ended last did, read from the request alone; None while somebody is waited for."""
    if request.wait is not None:
        return None
    party = {
        RequestState.WITH_EMPLOYER: Party.EMPLOYER,
        RequestState.SUBMITTED: Party.CONTRIBUTOR,
        RequestState.UNDER_REVIEW: Party.OFFICER,
    }.get(request.state, Party.SUPERVISOR)
    return outcome_of(request, party)


def deadline(party: Party, *, at: datetime, policy: RequestPolicy) -> datetime:
    """When a wait for a party ends: the last moment, in the kingdom, of its last day."""
    day = day_of(at)
    last: date
    if party is Party.EMPLOYER:
        last = working_days_after(day, count=policy.employer_reply_working_days)
    elif party is Party.OFFICER:
        last = working_days_after(day, count=policy.review_working_days)
    elif party is Party.SUPERVISOR:
        last = working_days_after(day, count=policy.second_review_working_days)
    else:
        last = day + timedelta(days=policy.completion_days)
    return datetime.combine(last, time(23, 59, 59), tzinfo=RIYADH)


class AllowedTime(Value):
    """Until when (UTC) a wait that begins now lasts, and how many seconds that is.

    Never a second less, so that the workflow does not give up before the deadline people were told.
    """

    until: str
    seconds: int


class NextWaits(Value):
    """What each party would be allowed from now.

    A deadline is counted from the day its wait begins, and weeks may lie between two waits; so this is said anew
    whenever one may begin.
    """

    employer: AllowedTime
    officer: AllowedTime
    supervisor: AllowedTime
    contributor: AllowedTime


def next_waits(*, at: datetime, policy: RequestPolicy) -> NextWaits:
    """The deadlines of the waits that may begin at this moment."""
    return NextWaits(
        employer=_allowed(Party.EMPLOYER, at=at, policy=policy),
        officer=_allowed(Party.OFFICER, at=at, policy=policy),
        supervisor=_allowed(Party.SUPERVISOR, at=at, policy=policy),
        contributor=_allowed(Party.CONTRIBUTOR, at=at, policy=policy),
    )


def _allowed(party: Party, *, at: datetime, policy: RequestPolicy) -> AllowedTime:
    until = deadline(party, at=at, policy=policy)
    return AllowedTime(until=to_rfc3339(until), seconds=ceil((until - at).total_seconds()))


def open_wait(request: SubmittedRequest, *parties: Party) -> Wait:
    if request.wait is None or request.wait.party not in parties:
        raise NotWaitingForYou()
    return request.wait
