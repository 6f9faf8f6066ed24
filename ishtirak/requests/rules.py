"""How a request may change: drafting, submission, withdrawal, and what the workflow records.

Pure: no clock, no store, no cloud. Each rule returns the request after, or refuses with a type.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.errors import ChangedMeanwhile, NotFound
from ishtirak.kernel.insurance import System
from ishtirak.kernel.reference import reference_of
from ishtirak.requests.model import (
    CLOSED,
    EDITABLE,
    REFUSED_FILES,
    Attachment,
    Declaration,
    PeriodData,
    Request,
    RequestChange,
    RequestKind,
    RequestState,
    SigningDigest,
    Step,
    SubmittedRequest,
    WaitOutcome,
    WaivedDocument,
    signing_digest,
)
from ishtirak.requests.parties import matter_of_decision, require_no_part
from ishtirak.requests.policy import RequestPolicy
from ishtirak.requests.refusals import (
    AlreadySubmitted,
    AmendedPeriodMissing,
    DataMissing,
    DeclarationMissing,
    DeclarationOutdated,
    DocumentsMissing,
    DocumentsPending,
    DocumentsRefused,
    NotApproved,
    NothingToResume,
    NothingToWithdraw,
    TooManyDocuments,
    TooManyOpenRequests,
)

SOURCE = "ishtirak.requests"


def draft(
    request_id: str,
    *,
    owner: str,
    kind: RequestKind,
    system: System,
    amends: str | None,
    already_open: int,
    at: datetime,
    policy: RequestPolicy,
) -> RequestChange:
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
        created_at=to_rfc3339(at),
        updated_at=to_rfc3339(at),
        amends=amends if kind is RequestKind.AMEND else None,
    )
    return next_version(
        None, request, "RequestDrafted", at=at, actor=owner, data={"kind": kind, "system": system}
    )


def save_data(
    request: Request,
    data: PeriodData,
    *,
    by: Caller,
    sector: str | None,
    required: tuple[str, ...],
    waived: tuple[WaivedDocument, ...] = (),
    estimate: dict[str, Any],
    at: datetime,
) -> RequestChange:
    """The data step. A declaration accepted for other data does not hold for these."""
    require_editable(request, by=by)
    same = request.data == data
    return next_version(
        request,
        request.model_copy(
            update={
                "data": data,
                "sector": sector,
                "required_documents": required,
                "waived_documents": waived,
                "estimate": estimate,
                "declaration": request.declaration if same else None,
            }
        ),
        "DataSaved",
        at=at,
        actor=by.person_id,
    )


def attach(
    request: Request, attachment: Attachment, *, by: Caller, at: datetime, policy: RequestPolicy
) -> RequestChange:
    require_editable(request, by=by)
    if len(request.attachments) >= policy.documents_a_request:
        raise TooManyDocuments(limit=policy.documents_a_request)
    return next_version(
        request,
        request.model_copy(update={"attachments": (*request.attachments, attachment), "declaration": None}),
        "DocumentAttached",
        at=at,
        actor=by.person_id,
        data={"document_id": attachment.id, "kind": attachment.kind},
    )


def detach(
    request: Request, document_id: str, *, by: Caller, at: datetime, refused_file: str | None = None
) -> RequestChange:
    require_editable(request, by=by)
    refused = (*request.refused_files, *((refused_file,) if refused_file else ()))
    left = tuple(attachment for attachment in request.attachments if attachment.id != document_id)
    if len(left) == len(request.attachments):
        raise NotFound()
    return next_version(
        request,
        request.model_copy(
            update={"attachments": left, "declaration": None, "refused_files": refused[-REFUSED_FILES:]}
        ),
        "DocumentDetached",
        at=at,
        actor=by.person_id,
        data={"document_id": document_id},
    )


def declare(
    request: Request, version: str, *, by: Caller, at: datetime, policy: RequestPolicy
) -> RequestChange:
    """The declaration step: the text in force, accepted for the data and documents as they are."""
    require_editable(request, by=by)
    if request.data is None:
        raise DataMissing()
    if version != policy.declaration_version:
        raise DeclarationOutdated(version=policy.declaration_version)
    return next_version(
        request,
        request.model_copy(update={"declaration": Declaration(version=version, accepted_at=to_rfc3339(at))}),
        "DeclarationAccepted",
        at=at,
        actor=by.person_id,
        data={"version": version},
    )


def require_complete(
    request: Request, *, by: Caller, states: Mapping[str, str], required: tuple[str, ...]
) -> SigningDigest:
    """What a code is bound to, once nothing is missing of the kinds `required` now.

    The order is the order of the form, so the person is sent back to the earliest gap.
    """
    require_editable(request, by=by)
    if request.data is None:
        raise DataMissing()
    for state, refusal in (("REFUSED", DocumentsRefused), ("HELD", DocumentsPending)):
        if any(states.get(attachment.id) == state for attachment in request.attachments):
            raise refusal()
    destroyed = [kept.kind for kept in request.attachments if states.get(kept.id) == "DESTROYED"]
    if destroyed:
        raise DocumentsMissing(kinds=", ".join(destroyed))
    have = {attachment.kind for attachment in request.attachments}
    missing = [kind for kind in required if kind not in have]
    if missing:
        raise DocumentsMissing(kinds=", ".join(missing))
    if any(states.get(attachment.id) != "CLEAN" for attachment in request.attachments):
        raise DocumentsPending()
    if request.declaration is None:
        raise DeclarationMissing()
    return signing_digest(request)


def submit(
    request: Request, *, by: Caller, signed: SigningDigest, at: datetime
) -> RequestChange[SubmittedRequest]:
    """Submitted, first or again after a return. The caller has proved the code that is bound to `signed`.

    `submitted_at` stays that of the first time: a return for completion costs nobody a day of the window.
    """
    require_editable(request, by=by)
    if request.data is None:
        raise DataMissing()
    if request.declaration is None:
        raise DeclarationMissing()
    again = request.state is RequestState.RETURNED
    data: dict[str, Any] = {"declaration": request.declaration.version}
    if again and request.wait is not None:
        data |= {"wait_id": request.wait.id, "outcome": WaitOutcome.RESUBMITTED}
    submitted = dict(request) | {
        "state": RequestState.SUBMITTED,
        "wait": None,
        "reference": request.reference or reference_of(request.id, on=day_of(at)),
        "submitted_at": request.submitted_at or to_rfc3339(at),
        "resubmitted_at": to_rfc3339(at) if again else None,
        "signed_digest": signed.digest,
        "employer_asked": False,
        "employer_reply": None,
        "overdue": False,
    }
    return next_version(
        request,
        SubmittedRequest.model_validate(submitted),
        "RequestResubmitted" if again else "RequestSubmitted",
        at=at,
        actor=by.person_id,
        data=data,
    )


def withdraw[After: Request](request: After, *, by: Caller, at: datetime) -> RequestChange[After]:
    """The person takes it back, at any moment before the authority decided."""
    require_owner(request, by=by)
    if request.state in CLOSED or request.state is RequestState.APPROVED:
        raise NothingToWithdraw()
    data: dict[str, Any] = {}
    if request.wait is not None:
        data = {"wait_id": request.wait.id, "outcome": WaitOutcome.WITHDRAWN}
    return next_version(
        request,
        request.model_copy(update={"state": RequestState.WITHDRAWN, "wait": None}),
        "RequestWithdrawn",
        at=at,
        actor=by.person_id,
        data=data,
    )


def reject_by_rule(
    request: SubmittedRequest, code: str, *, at: datetime
) -> RequestChange[SubmittedRequest] | None:
    """A rule of the register no longer allows it: rejected with the rule's code. None when it is closed already."""
    if request.state in CLOSED:
        return None
    return next_version(
        request,
        request.model_copy(update={"state": RequestState.REJECTED, "wait": None, "failure": code}),
        "RequestRejected",
        at=at,
        actor="add_period",
        data={"code": code},
    )


def record_failure(
    request: SubmittedRequest, code: str, *, at: datetime
) -> RequestChange[SubmittedRequest] | None:
    """A step of ours failed for good.

    The request is kept, and somebody is shown it. None when it is closed or shown already.
    """
    if request.state in CLOSED or request.state is RequestState.NEEDS_ATTENTION:
        return None
    return next_version(
        request,
        request.model_copy(update={"state": RequestState.NEEDS_ATTENTION, "wait": None, "failure": code}),
        "AttentionNeeded",
        at=at,
        actor="add_period",
        data={"code": code},
    )


def resume(
    request: SubmittedRequest, step: Step, *, by: Caller, at: datetime
) -> RequestChange[SubmittedRequest]:
    """Set a request that stands still going again, in a run of its own: from the review, or from the posting.

    What was done is not done again: every step looks at the request as it is.
    """
    if request.state is not RequestState.NEEDS_ATTENTION:
        raise NothingToResume()
    require_no_part(by, matter_of_decision(request))
    approved = request.decision is not None and request.decision.outcome is WaitOutcome.APPROVED
    if step is Step.POSTING and not approved:
        raise NothingToResume()
    state = RequestState.APPROVED if step is Step.POSTING else RequestState.SUBMITTED
    run = request.runs + 1
    return next_version(
        request,
        request.model_copy(update={"state": state, "failure": None, "overdue": False, "runs": run}),
        "RequestResumed",
        at=at,
        actor=by.person_id,
        data={"run": run, "step": step},
    )


def mark_billed(
    request: SubmittedRequest,
    bill_id: str | None,
    *,
    total_halalas: int,
    at: datetime,
    other_bills: tuple[str, ...] = (),
) -> RequestChange[SubmittedRequest]:
    """Posted: the period is recorded, the dues are billed; `other_bills` are those of other employers that followed."""
    if request.state is not RequestState.APPROVED:
        raise NotApproved()
    return next_version(
        request,
        request.model_copy(update={"state": RequestState.BILLED, "wait": None, "bill_id": bill_id}),
        "RequestBilled",
        at=at,
        actor="add_period",
        data={"bill_id": bill_id, "total_halalas": total_halalas, "other_bills": list(other_bills)},
    )


def requested_on(request: SubmittedRequest) -> date:
    """The civil date, in the kingdom, of the first submission: statutory windows are counted back from it."""
    return day_of(datetime.fromisoformat(request.submitted_at))


def require_owner(request: Request, *, by: Caller) -> None:
    """Nobody learns that another's request exists."""
    by.require_owner(request.owner)


def require_version(request: Request, *, since: int) -> None:
    """Two windows open on one draft do not overwrite each other."""
    if request.version != since:
        raise ChangedMeanwhile()


def require_editable(request: Request, *, by: Caller) -> None:
    require_owner(request, by=by)
    if request.state not in EDITABLE:
        raise AlreadySubmitted()


def day_of(at: datetime) -> date:
    return at.astimezone(RIYADH).date()


def next_version[After: Request](
    before: Request | None,
    after: After,
    type: str,
    *,
    at: datetime,
    actor: str,
    data: dict[str, Any] | None = None,
    then: tuple[str, ...] = (),
) -> RequestChange[After]:
    """The next version, what happened appended to its chain; the types in `then` follow with the same reason code."""
    facts = data or {}
    chain = after.chain
    events = []
    for name, event_data in ((type, facts), *((extra, {"code": facts.get("reason_code")}) for extra in then)):
        event = next_event(
            name,
            source=SOURCE,
            aggregate=after.aggregate,
            chain=chain,
            at=at,
            actor=actor,
            data=dict(event_data),
        )
        chain = Chain.after(event)
        events.append(event)
    stored = after.model_copy(
        update={"version": after.version + 1, "updated_at": to_rfc3339(at), "chain": chain}
    )
    return RequestChange(before=before, after=stored, events=tuple(events))
