"""A request as its readers see it: codes for programs, texts for people, in their language."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.texts import text
from ishtirak.edge.views.explanations import Explanation, explanation_of
from ishtirak.eventlog.event import Event
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.insurance import System
from ishtirak.kernel.value import Value
from ishtirak.requests.model import (
    Attachment,
    Declaration,
    Party,
    PeriodData,
    Request,
    RequestKind,
    RequestState,
    ReviewDecision,
    WaitOutcome,
)
from ishtirak.statute.model import Assessment


class EstimateView(Value):
    """What the request comes to, month by month and branch by branch; amounts in halalas."""

    assessment: Assessment
    explanations: list[Explanation]


class WaitView(Value):
    """Whom the request waits for, and until when (UTC)."""

    party: Party
    until: str


class WaivedDocumentView(Value):
    """A document the case would need and this person need not attach."""

    kind: str
    fact: str = Field(description="The known fact that makes it unnecessary")
    rule: str
    source: str = Field(description="Article and paragraph, or the announcement")
    text: str = Field(description="The fact in the reader's language")


class EmployerReplyView(Value):
    """What the employer said of the period, or that no reply came."""

    outcome: WaitOutcome
    note: str | None
    at: str = Field(description="UTC")
    by: Annotated[str | None, FieldGroup.OFFICIALS] = Field(
        description="For the authority's eyes: the id of who replied"
    )


class DecisionView(Value):
    """A decision of the authority: at which desk, when and why; for a partial approval the days approved."""

    outcome: WaitOutcome
    desk: Party | None = Field(description="OFFICER or SUPERVISOR; null where it was not kept")
    at: str = Field(description="UTC")
    by: Annotated[str | None, FieldGroup.OFFICIALS] = Field(
        description="For the authority's eyes: the id of who decided"
    )
    reason_code: str | None
    note: str | None
    approved_from: CivilDate | None
    approved_to: CivilDate | None
    governor_decision: str | None


class RequestView(Value):
    """A request (طلب إضافة مدة اشتراك). `version` is its ETag."""

    id: str
    reference: str | None = Field(description="Reference number, from the submission on")
    kind: RequestKind
    system: System
    state: RequestState
    state_text: str
    version: int
    amends: str | None
    data: Annotated[PeriodData | None, FieldGroup.CLAIM]
    required_documents: list[str] = Field(description="Kinds of documents to attach")
    waived_documents: list[WaivedDocumentView]
    attachments: Annotated[list[Attachment], FieldGroup.DOCUMENTS]
    declaration: Declaration | None
    estimate: Annotated[EstimateView | None, FieldGroup.CLAIM]
    submitted_at: str | None = Field(description="The first submission (UTC): the window is counted from it")
    resubmitted_at: str | None
    waits_for: WaitView | None
    employer_reply: Annotated[EmployerReplyView | None, FieldGroup.DECISIONS]
    decisions: Annotated[list[DecisionView], FieldGroup.DECISIONS]
    overdue: bool
    failure: str | None
    bill_id: str | None
    updated_at: str


class RequestList(Value):
    """Requests, newest change first."""

    requests: list[RequestView]


class TimelineEntry(Value):
    """Something that happened to the request."""

    seq: int
    at: str = Field(description="UTC")
    type: str
    text: str
    data: dict[str, Any]
    hash: str = Field(description="This entry's position in the audit chain, SHA-256")


class Timeline(Value):
    """Everything that happened, in order."""

    reference: str | None
    state: RequestState
    entries: list[TimelineEntry]


def view_of(request: Request, *, language: str, assessment: Assessment | None = None) -> RequestView:
    """The request; `assessment` is the one its estimate was just made of, where there is one.

    Who replied and who decided is told to the authority alone: anybody else is told the desk, the time and the reason.
    """
    shown = assessment or saved_assessment(request)
    return RequestView(
        id=request.id,
        reference=request.reference,
        kind=request.kind,
        system=request.system,
        state=request.state,
        state_text=text(language, "states", request.state.value),
        version=request.version,
        amends=request.amends,
        data=request.data,
        required_documents=list(request.required_documents),
        waived_documents=[
            WaivedDocumentView(
                **waived.model_dump(), rule="DOC-01", text=text(language, "known_facts", waived.fact)
            )
            for waived in request.waived_documents
        ],
        attachments=list(request.attachments),
        declaration=request.declaration,
        estimate=estimate_of(shown, language=language) if shown else None,
        submitted_at=request.submitted_at,
        resubmitted_at=request.resubmitted_at,
        waits_for=WaitView(party=request.wait.party, until=request.wait.until) if request.wait else None,
        employer_reply=employer_reply_of(request),
        decisions=[_decision(one) for one in request.decisions],
        overdue=request.overdue,
        failure=request.failure,
        bill_id=request.bill_id,
        updated_at=request.updated_at,
    )


def employer_reply_of(request: Request) -> EmployerReplyView | None:
    """The employer's reply, by whom only for the authority."""
    reply = request.employer_reply
    if reply is None:
        return None
    return EmployerReplyView(outcome=reply.outcome, note=reply.note, at=reply.at, by=reply.by)


def _decision(decision: ReviewDecision) -> DecisionView:
    return DecisionView(**dict(decision))


def saved_assessment(request: Request) -> Assessment | None:
    """The assessment last shown to the person."""
    return None if request.estimate is None else Assessment.model_validate(request.estimate)


def estimate_of(assessment: Assessment, *, language: str) -> EstimateView:
    """An assessment, its rules explained in the reader's language."""
    return EstimateView(
        assessment=assessment,
        explanations=[
            *(explanation_of(rule, language, assumed=rule.assumed) for rule in assessment.applied),
            *(
                explanation_of(question, language, needs_decision=True)
                for question in assessment.needs_decision
            ),
        ],
    )


def timeline_of(request: Request, events: Iterable[Event], *, language: str) -> Timeline:
    return Timeline(
        reference=request.reference,
        state=request.state,
        entries=[
            TimelineEntry(
                seq=event.seq,
                at=event.at,
                type=event.type,
                text=text(language, "events", event.type),
                data=event.data,
                hash=event.hash,
            )
            for event in events
        ],
    )
