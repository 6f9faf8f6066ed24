"""How a request may change.

Pure: no clock, no store, no cloud. Each rule returns the request after, or refuses with a type.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import RIYADH, instant
from ishtirak.kernel.errors import ChangedMeanwhile, Incomplete, NotFound, Refused
from ishtirak.kernel.events import chain_after, happened
from ishtirak.kernel.insurance import System
from ishtirak.kernel.reference import reference_of
from ishtirak.kernel.working_days import working_days_after
from ishtirak.requests.model import (
    CLOSED,
    EDITABLE,
    Attachment,
    Change,
    Declaration,
    EmployerReply,
    Outcome,
    Party,
    PeriodData,
    Request,
    RequestKind,
    RequestState,
    ReviewDecision,
    Seal,
    Step,
    Wait,
    sealed_content,
)
from ishtirak.requests.policy import Policy

SOURCE = "ishtirak.requests"


class AlreadySubmitted(Refused):
    """The request left the person's hands; its content cannot change any more."""

    code = "already_submitted"


class TooManyOpenRequests(Refused):
    code = "too_many_open_requests"


class DataMissing(Incomplete):
    code = "data_missing"


class DocumentsMissing(Incomplete):
    code = "documents_missing"


class TooManyDocuments(Refused):
    code = "too_many_documents"


class DocumentsPending(Refused):
    """A document is still being inspected; nothing uninspected is ever submitted."""

    code = "documents_pending"


class DocumentsRefused(Incomplete):
    code = "documents_refused"


class DeclarationMissing(Incomplete):
    code = "declaration_missing"


class DeclarationOutdated(Refused):
    """The declaration's text changed; the person has to read the one in force."""

    code = "declaration_outdated"


class NothingToWithdraw(Refused):
    """It is decided or closed; what is decided is amended or appealed, not withdrawn."""

    code = "nothing_to_withdraw"


class NotWaitingForYou(Refused):
    """Nobody waits for this reply now: it was given, or its time has passed."""

    code = "not_waiting_for_reply"


class ReplyTooLate(Refused):
    code = "reply_too_late"


class ClaimedByAnother(Refused):
    code = "claimed_by_another"


class NotClaimed(Refused):
    """A decision belongs to who claimed the request."""

    code = "not_claimed"


class SamePersonTwice(Refused):
    """The second approval has to come from somebody else (four eyes)."""

    code = "same_person_twice"


class OutsideThePeriodAsked(Incomplete):
    """A partial approval lies within what was asked for."""

    code = "outside_the_period_asked"


class RequestClosed(Refused):
    """Whoever was to be asked has answered, or nobody can be asked any more: a wait would never end."""

    code = "request_closed"


class NotApproved(Refused):
    """Only an approved request is posted."""

    code = "not_approved"


class NothingToResume(Refused):
    """The request does not stand still; or it was never approved, so there is nothing to post."""

    code = "nothing_to_resume"


class OwnRequest(Refused):
    """Nobody decides or answers in their own matter."""

    code = "own_request"


def draft(
    request_id: str, *, owner: str, kind: RequestKind, system: System, amends: str | None, already_open:
    int, at: datetime, policy: Policy, ) -> Change:  # fmt: skip
    """A new, empty request."""
    if already_open >= policy.open_requests_a_person:
        raise TooManyOpenRequests(limit=policy.open_requests_a_person)
    if kind is RequestKind.AMEND and amends is None:
        raise AmendedPeriodMissing()
    request = Request(
        id=request_id,
        owner=owner,
        kind=kind,
        system=system,
        state=RequestState.DRAFT,
        version=0,
        created_at=instant(at),
        updated_at=instant(at),
        amends=amends if kind is RequestKind.AMEND else None,
    )
    return _change(None, request, "RequestDrafted", at=at, actor=owner, data={"kind": kind, "system": system})


class AmendedPeriodMissing(Incomplete):
    """An amendment names the recorded period it amends."""

    code = "amended_period_missing"


def save_data(
    request: Request, data: PeriodData, *, by: Caller, sector: str | None, required: tuple[str, ...], estimate: str,
    at: datetime,
) -> Change:  # fmt: skip
    """The data step. A declaration accepted for other data does not hold for these."""
    editable(request, by=by)
    same = request.data == data
    return _change(
        request,
        request.model_copy(
            update={
                "data": data,
                "sector": sector,
                "required_documents": required,
                "estimate": estimate,
                "declaration": request.declaration if same else None,
            }
        ),
        "DataSaved",
        at=at,
        actor=by.person_id,
    )


def attach(request: Request, attachment: Attachment, *, by: Caller, at: datetime, policy: Policy) -> Change:
    editable(request, by=by)
    if len(request.attachments) >= policy.documents_a_request:
        raise TooManyDocuments(limit=policy.documents_a_request)
    return _change(
        request,
        request.model_copy(update={"attachments": (*request.attachments, attachment), "declaration": None}),
        "DocumentAttached",
        at=at,
        actor=by.person_id,
        data={"document_id": attachment.id, "kind": attachment.kind},
    )


def detach(request: Request, document_id: str, *, by: Caller, at: datetime) -> Change:
    editable(request, by=by)
    left = tuple(attachment for attachment in request.attachments if attachment.id != document_id)
    if len(left) == len(request.attachments):
        raise NotFound()
    return _change(
        request,
        request.model_copy(update={"attachments": left, "declaration": None}),
        "DocumentDetached",
        at=at,
        actor=by.person_id,
        data={"document_id": document_id},
    )


def declare(request: Request, version: str, *, by: Caller, at: datetime, policy: Policy) -> Change:
    """The declaration step: the text in force, accepted for the data and documents as they are."""
    editable(request, by=by)
    if request.data is None:
        raise DataMissing()
    if version != policy.declaration_version:
        raise DeclarationOutdated(version=policy.declaration_version)
    return _change(
        request,
        request.model_copy(update={"declaration": Declaration(version=version, accepted_at=instant(at))}),
        "DeclarationAccepted",
        at=at,
        actor=by.person_id,
        data={"version": version},
    )


def seal(request: Request, *, by: Caller, states: Mapping[str, str]) -> Seal:
    """What a code is bound to, once nothing is missing.

    The order is the order of the form, so the person is sent back to the earliest gap.
    """
    editable(request, by=by)
    if request.data is None:
        raise DataMissing()
    for state, refusal in (("REFUSED", DocumentsRefused), ("HELD", DocumentsPending)):
        if any(states.get(attachment.id) == state for attachment in request.attachments):
            raise refusal()
    have = {attachment.kind for attachment in request.attachments}
    missing = [kind for kind in request.required_documents if kind not in have]
    if missing:
        raise DocumentsMissing(kinds=", ".join(missing))
    if any(states.get(attachment.id) != "CLEAN" for attachment in request.attachments):
        raise DocumentsPending()
    if request.declaration is None:
        raise DeclarationMissing()
    return Seal(digest=digest(sealed_content(request)), version=request.version)


def submit(request: Request, *, by: Caller, at: datetime) -> Change:
    """Submitted, first or again after a return. The caller has proved the code that is bound to `seal`."""
    editable(request, by=by)
    if request.data is None:
        raise DataMissing()
    if request.declaration is None:
        raise DeclarationMissing()
    again = request.state is RequestState.RETURNED
    data: dict[str, Any] = {"declaration": request.declaration.version}
    if again and request.wait is not None:
        data |= {"wait_id": request.wait.id, "outcome": Outcome.RESUBMITTED}
    return _change(
        request,
        request.model_copy(
            update={
                "state": RequestState.SUBMITTED,
                "wait": None,
                "reference": request.reference or reference_of(request.id, on=_day(at)),
                "submitted_at": instant(at),
                "sealed_digest": digest(sealed_content(request)),
                "employer_reply": None,
                "overdue": False,
            }
        ),
        "RequestResubmitted" if again else "RequestSubmitted",
        at=at,
        actor=by.person_id,
        data=data,
    )


def withdraw(request: Request, *, by: Caller, at: datetime) -> Change:
    """The person takes it back, at any moment before the authority decided."""
    own(request, by=by)
    if request.state in CLOSED or request.state is RequestState.APPROVED:
        raise NothingToWithdraw()
    data: dict[str, Any] = {}
    if request.wait is not None:
        data = {"wait_id": request.wait.id, "outcome": Outcome.WITHDRAWN}
    return _change(
        request,
        request.model_copy(update={"state": RequestState.WITHDRAWN, "wait": None}),
        "RequestWithdrawn",
        at=at,
        actor=by.person_id,
        data=data,
    )


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
_ASKED = {
    Party.EMPLOYER: "EmployerAsked",
    Party.OFFICER: "ReviewAsked",
    Party.SUPERVISOR: "SecondReviewAsked",
    Party.CONTRIBUTOR: "RequestReturned",
}


def ask(
    request: Request, party: Party, *, wait_id: str, token: str, until: datetime, at: datetime
) -> Change | None:
    """Put it on a desk with a deadline. None when this very wait stands already.

    A new wait replaces one for the same party that is still open (the step was tried anew), its claim kept.
    A step tried anew after the answer came finds nothing to ask: `RequestClosed`, and what was said stands.
    """
    if request.wait is not None and request.wait.id == wait_id:
        return None
    again = request.wait is not None and request.wait.party is party
    if not again and not _may_be_asked(request, party):
        raise RequestClosed()
    wait = Wait(id=wait_id, party=party, until=instant(until))
    claim_ends = {} if again else {"claimed_by": None, "claimed_at": None}
    change = _change(
        request,
        request.model_copy(update={"state": _DESK_STATE[party], "wait": wait, **claim_ends}),
        _ASKED[party],
        at=at,
        actor="add_period",
        data={"until": wait.until},
    )
    return Change(change.before, change.after, change.events, token=token)


def _may_be_asked(request: Request, party: Party) -> bool:
    """Whether it is this party's turn: nobody is waited for, and the step before is done.

    What needs attention begins again with the employer, as a run started anew does.
    """
    if request.wait is not None:
        return False
    if party is Party.SUPERVISOR and request.state is RequestState.SECOND_REVIEW:
        return request.decision is not None and request.decision.outcome is Outcome.NEEDS_SECOND
    return request.state in _COMES_FROM[party]


def reply(request: Request, outcome: Outcome, note: str | None, *, by: Caller, at: datetime) -> Change:
    """The employer confirms or objects, in time."""
    wait = _wait_of(request, Party.EMPLOYER)
    if by.person_id == request.owner:
        raise OwnRequest()
    if instant(at) > wait.until:
        raise ReplyTooLate()
    answer = EmployerReply(outcome=outcome, note=note, by=by.person_id, at=instant(at))
    return _change(
        request,
        request.model_copy(update={"employer_reply": answer, "wait": None}),
        "EmployerReplied",
        at=at,
        actor=by.person_id,
        data={"wait_id": wait.id, "outcome": outcome},
    )


def claim(request: Request, *, by: Caller, at: datetime) -> Change:
    """An officer takes it off the queue, so that no two work on one request."""
    _decidable(request, by=by)
    if request.claimed_by is not None and request.claimed_by != by.person_id:
        raise ClaimedByAnother()
    return _change(
        request,
        request.model_copy(update={"claimed_by": by.person_id, "claimed_at": instant(at)}),
        "ReviewClaimed",
        at=at,
        actor=by.person_id,
    )


def release(request: Request, *, by: Caller, at: datetime) -> Change:
    """Back on the queue, undecided."""
    _decidable(request, by=by)
    if request.claimed_by != by.person_id:
        raise NotClaimed()
    return _change(
        request,
        request.model_copy(update={"claimed_by": None, "claimed_at": None}),
        "ReviewReleased",
        at=at,
        actor=by.person_id,
    )


def decide(
    request: Request,
    decision: ReviewDecision,
    *,
    by: Caller,
    total_halalas: int,
    at: datetime,
    policy: Policy,
) -> Change:
    """The authority's decision. An approval above the limit is made by two people, of the same days."""
    wait = may_decide(request, decision, by=by)
    outcome = decision.outcome
    above = total_halalas > policy.second_approval_above_halalas
    if outcome is Outcome.APPROVED and above and not _seconds(request, decision):
        outcome = Outcome.NEEDS_SECOND
    state = {
        Outcome.APPROVED: RequestState.APPROVED,
        Outcome.REJECTED: RequestState.REJECTED,
    }.get(outcome, request.state)
    return _change(
        request,
        request.model_copy(
            update={
                "state": state,
                "decisions": (*request.decisions, decision.model_copy(update={"outcome": outcome})),
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


def may_decide(request: Request, decision: ReviewDecision, *, by: Caller) -> Wait:
    """The wait a decision would end, or the refusal: whose turn, whose claim, four eyes, which days."""
    wait = _decidable(request, by=by)
    if request.claimed_by != by.person_id:
        raise NotClaimed()
    first = request.decision
    if first is not None and first.outcome is Outcome.NEEDS_SECOND and first.by == by.person_id:
        raise SamePersonTwice()
    _within_what_was_asked(request, decision)
    return wait


def _seconds(request: Request, decision: ReviewDecision) -> bool:
    """Whether it approves what somebody else approved already: other days are a first approval of their own."""
    first = request.decision
    return (
        first is not None
        and first.outcome is Outcome.NEEDS_SECOND
        and _days_approved(request, first) == _days_approved(request, decision)
    )


_SILENCE = {
    Party.EMPLOYER: (Outcome.NO_REPLY, "EmployerStayedSilent", None),
    Party.OFFICER: (Outcome.OVERDUE, "ReviewOverdue", None),
    Party.SUPERVISOR: (Outcome.NEEDS_ATTENTION, "AttentionNeeded", RequestState.NEEDS_ATTENTION),
    Party.CONTRIBUTOR: (Outcome.EXPIRED, "RequestExpired", RequestState.EXPIRED),
}


def silence(request: Request, party: Party, *, at: datetime) -> Change | None:
    """A deadline passed without a reply. None when the reply came first: what was said stands."""
    if request.wait is None or request.wait.party is not party:
        return None
    outcome, event, state = _SILENCE[party]
    update: dict[str, Any] = {"wait": None, "state": state or request.state}
    if party is Party.EMPLOYER:
        update["employer_reply"] = EmployerReply(outcome=Outcome.NO_REPLY, by="add_period", at=instant(at))
    if party is Party.OFFICER:
        update["overdue"] = True
    return _change(
        request,
        request.model_copy(update=update),
        event,
        at=at,
        actor="add_period",
        data={"outcome": outcome},
    )


def outcome_of(request: Request, party: Party) -> Outcome:
    """How a wait for a party ended, read from the request itself."""
    if request.state is RequestState.WITHDRAWN:
        return Outcome.WITHDRAWN
    if request.state is RequestState.EXPIRED:
        return Outcome.EXPIRED
    if request.state is RequestState.NEEDS_ATTENTION:
        return Outcome.NEEDS_ATTENTION
    if party is Party.EMPLOYER and request.employer_reply is not None:
        return request.employer_reply.outcome
    if party is Party.CONTRIBUTOR and request.state is RequestState.SUBMITTED:
        return Outcome.RESUBMITTED
    if party is Party.OFFICER and request.overdue:  # the decision that stands is of an earlier round
        return Outcome.OVERDUE
    if party in (Party.OFFICER, Party.SUPERVISOR) and request.decision is not None:
        return request.decision.outcome
    return Outcome.NEEDS_ATTENTION


def refuse(request: Request, code: str, *, at: datetime) -> Change | None:
    """A rule of the register no longer allows it: rejected with the rule's code. None when it is closed already."""
    if request.state in CLOSED:
        return None
    return _change(
        request,
        request.model_copy(update={"state": RequestState.REJECTED, "wait": None, "failure": code}),
        "RequestRejected",
        at=at,
        actor="add_period",
        data={"code": code},
    )


def fail(request: Request, code: str, *, at: datetime) -> Change | None:
    """A step of ours failed for good.

    The request is kept, and somebody is shown it. None when it is closed or shown already.
    """
    if request.state in CLOSED or request.state is RequestState.NEEDS_ATTENTION:
        return None
    return _change(
        request,
        request.model_copy(update={"state": RequestState.NEEDS_ATTENTION, "wait": None, "failure": code}),
        "AttentionNeeded",
        at=at,
        actor="add_period",
        data={"code": code},
    )


def resume(request: Request, step: Step, *, by: Caller, at: datetime) -> Change:
    """Set a request that stands still going again, in a run of its own: from the review, or from the posting.

    What was done is not done again: every step looks at the request as it is.
    """
    if request.state is not RequestState.NEEDS_ATTENTION:
        raise NothingToResume()
    if by.person_id == request.owner:
        raise OwnRequest()
    approved = request.decision is not None and request.decision.outcome is Outcome.APPROVED
    if step is Step.POSTING and not approved:
        raise NothingToResume()
    state = RequestState.APPROVED if step is Step.POSTING else RequestState.SUBMITTED
    run = request.runs + 1
    return _change(
        request,
        request.model_copy(update={"state": state, "failure": None, "overdue": False, "runs": run}),
        "RequestResumed",
        at=at,
        actor=by.person_id,
        data={"run": run, "step": step},
    )


def bill(request: Request, bill_id: str | None, *, total_halalas: int, at: datetime) -> Change:
    """Posted: the period is recorded, the dues are billed."""
    if request.state is not RequestState.APPROVED:
        raise NotApproved()
    return _change(
        request,
        request.model_copy(update={"state": RequestState.BILLED, "wait": None, "bill_id": bill_id}),
        "RequestBilled",
        at=at,
        actor="add_period",
        data={"bill_id": bill_id, "total_halalas": total_halalas},
    )


def deadline(party: Party, *, at: datetime, policy: Policy) -> datetime:
    """When a wait for a party ends: the last moment, in the kingdom, of its last day."""
    day = _day(at)
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


def asked_on(request: Request) -> date:
    """The civil date, in the kingdom, of the submission: statutory windows are counted back from it."""
    return _day(datetime.fromisoformat(request.submitted_at or request.updated_at))


def own(request: Request, *, by: Caller) -> None:
    """Nobody learns that another's request exists."""
    if request.owner != by.person_id:
        raise NotFound()


def unchanged(request: Request, *, since: int) -> None:
    """Two windows open on one draft do not overwrite each other."""
    if request.version != since:
        raise ChangedMeanwhile()


def editable(request: Request, *, by: Caller) -> None:
    own(request, by=by)
    if request.state not in EDITABLE:
        raise AlreadySubmitted()


def _wait_of(request: Request, *parties: Party) -> Wait:
    if request.wait is None or request.wait.party not in parties:
        raise NotWaitingForYou()
    return request.wait


def _decidable(request: Request, *, by: Caller) -> Wait:
    wait = _wait_of(request, Party.OFFICER, Party.SUPERVISOR)
    if wait.party is Party.SUPERVISOR and Role.SUPERVISOR not in by.roles:
        raise NotFound()
    if by.person_id == request.owner:
        raise OwnRequest()
    return wait


def _within_what_was_asked(request: Request, decision: ReviewDecision) -> None:
    if request.data is None:
        return
    first, last = _days_approved(request, decision)
    if not request.data.starts_on.gregorian() <= first <= last <= request.data.ends_on.gregorian():
        raise OutsideThePeriodAsked()


def _days_approved(request: Request, decision: ReviewDecision) -> tuple[date, date]:
    """The first and the last day a decision approves: those asked for, where it names none."""
    if request.data is None:
        raise DataMissing()
    first = decision.approved_from or request.data.starts_on
    last = decision.approved_to or request.data.ends_on
    return first.gregorian(), last.gregorian()


def _day(at: datetime) -> date:
    return at.astimezone(RIYADH).date()


def _change(
    before: Request | None, after: Request, type: str, *, at: datetime, actor: str, data: dict[str, Any] | None = None,
    then: tuple[str, ...] = (),
) -> Change:  # fmt: skip
    """The next version with what happened appended to its chain."""
    chain = after.chain
    events = []
    for name, facts in (
        (type, data or {}),
        *((extra, {"code": (data or {}).get("reason_code")}) for extra in then),
    ):
        event = happened(
            name,
            source=SOURCE,
            subject=f"requests/{after.id}",
            after=chain,
            at=at,
            actor=actor,
            data=dict(facts),
        )
        chain = chain_after(event)
        events.append(event)
    stored = after.model_copy(
        update={
            "version": after.version + 1,
            "updated_at": instant(at),
            "chain_seq": chain.seq,
            "chain_head": chain.head,
        }
    )
    return Change(before=before, after=stored, events=tuple(events))
