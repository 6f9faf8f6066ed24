"""What review_request takes and gives over HTTP."""

from typing import Annotated, Any

from pydantic import Field

from ishtirak.documents.model import DownloadLink
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import NextPage, PageQuery
from ishtirak.edge.texts import text
from ishtirak.edge.views.decisions import CaseDecision, Proven
from ishtirak.edge.views.requests import (
    EstimateView,
    RequestView,
    TimelineEntry,
    estimate_of,
    timeline_of,
    view_of,
)
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.insurance import System
from ishtirak.kernel.pages import Page
from ishtirak.kernel.value import Value
from ishtirak.requests.model import RequestState, Step, SubmittedRequest, WaitOutcome
from ishtirak.reviews.desks import ReviewQueue
from ishtirak.use_cases.read_case import ReviewCase
from ishtirak.use_cases.read_queue import QueuedCase


class DecisionOnCase(CaseDecision, Proven):
    """The decision, and the proof it may take."""


class Resumption(Value):
    """Where a request that stood still is to go on."""

    step: Step = Field(description="REVIEW: an officer decides anew; POSTING: the approval stands, post it")


class QueueQuery(PageQuery):
    """Which queue, and which page of it."""

    queue: ReviewQueue = ReviewQueue.OFFICER


class QueueEntry(Value):
    """Where a request stands: as an entry of the queue, and as the answer to whoever moved it."""

    request_id: str
    reference: str
    system: System
    state: RequestState
    state_text: str
    due_at: str | None = Field(description="UTC; earliest first")
    claimed: bool
    claimed_by_me: bool
    own_interest: bool = Field(description="You are a party to it: then somebody else decides it")
    overdue: bool
    failure: str | None
    decided: WaitOutcome | None = Field(description="The decision that stands")


class Queue(Value):
    """A page of what waits for the authority, earliest deadline first."""

    entries: list[QueueEntry]
    next: NextPage


class Case(Value):
    """A request as an officer sees it: the person by masked identity number."""

    request: RequestView
    worker: Annotated[str, FieldGroup.IDENTITY_MASKED] = Field(description="Masked identity number")
    establishment_name: str
    estimate_today: Annotated[EstimateView | None, FieldGroup.CLAIM] = Field(
        description="What it comes to with the register as it is now"
    )
    timeline: list[TimelineEntry]


class DocumentLink(Value):
    """A document, for a minute. It downloads; it never opens inside the page."""

    url: Annotated[str, FieldGroup.DOCUMENTS]
    expires_at: str


READ_QUEUE = get(
    "/v1/reviews",
    summary="The queue",
    gives=Queue,
    query=QueueQuery,
    refusals=(404,),
)
READ_CASE = get("/v1/reviews/<request_id>", summary="One case", gives=Case)
CLAIM_CASE = post("/v1/reviews/<request_id>/claim", summary="Take it off the queue", gives=QueueEntry)
RELEASE_CASE = post("/v1/reviews/<request_id>/release", summary="Put it back", gives=QueueEntry)
DECIDE_CASE = post(
    "/v1/reviews/<request_id>/decision",
    summary="Approve, partially approve, return or reject",
    takes=DecisionOnCase,
    gives=QueueEntry,
)
RESUME_CASE = post(
    "/v1/reviews/<request_id>/resumption",
    summary="Set a request that needs attention going again",
    takes=Resumption,
    gives=QueueEntry,
)
OPEN_DOCUMENT = get(
    "/v1/reviews/<request_id>/documents/<document_id>",
    summary="A document, for a minute",
    gives=DocumentLink,
    refusals=(409,),
)


def queue_page(page: Page[QueuedCase], call: Call[Any]) -> Reply[Queue]:
    entries = [
        _entry(case.request, call.caller, call.language, own_interest=case.own_interest)
        for case in page.items
    ]
    return Reply(Queue(entries=entries, next=page.next))


def case_view(case: ReviewCase, call: Call[Any]) -> Reply[Case]:
    request, language, employer = case.request, call.language, case.employer
    body = Case(
        request=view_of(request, language=language),
        worker=case.worker.masked_identity if case.worker else "—",
        establishment_name=(employer.name_ar if language == "ar" else employer.name_en) if employer else "—",
        estimate_today=estimate_of(case.assessment, language=language) if case.assessment else None,
        timeline=timeline_of(request, case.events, language=language).entries,
    )
    return Reply(body, etag=request.version)


def entry(request: SubmittedRequest, call: Call[Any]) -> Reply[QueueEntry]:
    """Where the case now stands. Small, as it is kept under the caller's key; the case itself is read anew."""
    body = _entry(request, call.caller, call.language, own_interest=False)
    return Reply(body, etag=request.version, location=f"/v1/reviews/{request.id}")


def document_link(link: DownloadLink, call: Call[Any]) -> Reply[DocumentLink]:
    return Reply(DocumentLink(url=link.url, expires_at=link.expires_at))


def _entry(request: SubmittedRequest, caller: Caller, language: str, *, own_interest: bool) -> QueueEntry:
    return QueueEntry(
        request_id=request.id,
        reference=request.reference,
        system=request.system,
        state=request.state,
        state_text=text(language, "states", request.state.value),
        due_at=request.wait.until if request.wait else None,
        claimed=request.claimed_by is not None,
        claimed_by_me=request.claimed_by == caller.person_id,
        own_interest=own_interest,
        overdue=request.overdue,
        failure=request.failure,
        decided=request.decision.outcome if request.decision else None,
    )
