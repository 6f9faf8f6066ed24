"""A request as its readers see it: codes for programs, texts for people, in their language."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ishtirak.edge.texts import text
from ishtirak.eventlog.event import Event
from ishtirak.kernel.insurance import System
from ishtirak.requests.model import (
    Attachment,
    Declaration,
    EmployerReply,
    Party,
    PeriodData,
    Request,
    RequestKind,
    RequestState,
    ReviewDecision,
)
from ishtirak.statute.model import Assessment


class View(BaseModel):
    """An answer of the API."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Explanation(View):
    """A rule that shaped the figures, or a question an officer must settle."""

    rule: str
    code: str
    source: str = Field(description="Article and paragraph")
    assumed: bool = Field(description="True where the value rests on an assumption, not on a published text")
    needs_decision: bool
    text: str


class EstimateView(View):
    """What the request comes to, month by month and branch by branch; amounts in halalas."""

    assessment: Assessment
    explanations: list[Explanation]


class WaitView(View):
    """Whom the request waits for, and until when (UTC)."""

    party: Party
    until: str


class RequestView(View):
    """A request (طلب إضافة مدة اشتراك). `version` is its ETag."""

    id: str
    reference: str | None = Field(description="Reference number, from the submission on")
    kind: RequestKind
    system: System
    state: RequestState
    state_text: str
    version: int
    amends: str | None
    data: PeriodData | None
    required_documents: list[str] = Field(description="Kinds of documents this case needs")
    attachments: list[Attachment]
    declaration: Declaration | None
    estimate: EstimateView | None
    submitted_at: str | None
    waits_for: WaitView | None
    employer_reply: EmployerReply | None
    decisions: list[ReviewDecision]
    overdue: bool
    failure: str | None
    bill_id: str | None
    updated_at: str


class RequestList(View):
    """Requests, newest change first."""

    requests: list[RequestView]


class TimelineEntry(View):
    """Something that happened to the request."""

    seq: int
    at: str = Field(description="UTC")
    type: str
    text: str
    data: dict[str, Any]
    hash: str = Field(description="This entry's place in the audit chain, SHA-256")


class Timeline(View):
    """Everything that happened, in order."""

    reference: str | None
    state: RequestState
    entries: list[TimelineEntry]


def view_of(request: Request, *, language: str) -> RequestView:
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
        attachments=list(request.attachments),
        declaration=request.declaration,
        estimate=estimate_of(request.estimate, language=language),
        submitted_at=request.submitted_at,
        waits_for=WaitView(party=request.wait.party, until=request.wait.until) if request.wait else None,
        employer_reply=request.employer_reply,
        decisions=list(request.decisions),
        overdue=request.overdue,
        failure=request.failure,
        bill_id=request.bill_id,
        updated_at=request.updated_at,
    )


def estimate_of(kept: str | None, *, language: str) -> EstimateView | None:
    """The assessment last shown, its rules explained in the reader's language."""
    if kept is None:
        return None
    assessment = Assessment.model_validate_json(kept)
    explanations = [
        Explanation(
            rule=applied.rule,
            code=applied.code,
            source=applied.source,
            assumed=applied.assumed,
            needs_decision=False,
            text=text(language, "rules", applied.code, None, applied.facts),
        )
        for applied in assessment.applied
    ]
    questions = [
        Explanation(
            rule=question.rule,
            code=question.code,
            source=question.source,
            assumed=False,
            needs_decision=True,
            text=text(language, "rules", question.code, None, question.facts),
        )
        for question in assessment.needs_decision
    ]
    return EstimateView(assessment=assessment, explanations=[*explanations, *questions])


def timeline_of(request: Request, events: list[Event], *, language: str) -> Timeline:
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
