"""What respond_to_period takes and gives over HTTP."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import NextPage, PageQuery
from ishtirak.edge.texts import text
from ishtirak.edge.views.requests import EmployerReplyView, employer_reply_of
from ishtirak.kernel.insurance import System
from ishtirak.kernel.pages import Page
from ishtirak.kernel.text import Note
from ishtirak.kernel.value import Value
from ishtirak.requests.model import PeriodData, RequestState
from ishtirak.requests.waits import EmployerAnswer
from ishtirak.use_cases.read_claims import EmployerClaim


class Response(Value):
    """The employer's reply; an objection says why."""

    answer: EmployerAnswer
    note: Note | None = Field(default=None, description="Needed for an objection")

    @model_validator(mode="after")
    def _an_objection_says_why(self) -> Self:
        if self.answer is EmployerAnswer.OBJECT and self.note is None:
            raise PydanticCustomError("objection_needs_a_note", "An objection says why")
        return self


class ClaimView(Value):
    """A claimed period as its employer sees it: the worker by masked identity number, nothing of other employers."""

    request_id: str
    reference: str
    system: System
    state: RequestState
    state_text: str
    worker: Annotated[str, FieldGroup.IDENTITY_MASKED] = Field(description="Masked identity number")
    data: Annotated[PeriodData, FieldGroup.CLAIM]
    reply_by: str | None = Field(description="UTC")
    reply: Annotated[EmployerReplyView | None, FieldGroup.DECISIONS]
    own_interest: bool = Field(description="You are a party to it: then somebody else answers it")


class ClaimList(Value):
    """One page of the claims waiting for this employer's officer, earliest deadline first."""

    claims: list[ClaimView]
    next: NextPage


LIST_CLAIMS = get(
    "/v1/employer/claims",
    summary="Periods waiting for our reply",
    gives=ClaimList,
    query=PageQuery,
)
READ_CLAIM = get("/v1/employer/claims/<request_id>", summary="One claim", gives=ClaimView)
RESPOND_TO_CLAIM = post(
    "/v1/employer/claims/<request_id>/response",
    summary="Confirm or object",
    takes=Response,
    gives=ClaimView,
)


def claim_list(page: Page[EmployerClaim], call: Call[Any]) -> Reply[ClaimList]:
    claims = [_view(claim, call.language) for claim in page.items]
    return Reply(ClaimList(claims=claims, next=page.next))


def claim_view(claim: EmployerClaim, call: Call[Any]) -> Reply[ClaimView]:
    return Reply(_view(claim, call.language), etag=claim.request.version)


def _view(claim: EmployerClaim, language: str) -> ClaimView:
    request = claim.request
    waits_for_us = request.wait if request.state is RequestState.WITH_EMPLOYER else None
    return ClaimView(
        request_id=request.id,
        reference=request.reference,
        system=request.system,
        state=request.state,
        state_text=text(language, "states", request.state.value),
        worker=claim.worker.masked_identity if claim.worker else "—",
        data=request.data,
        reply_by=waits_for_us.until if waits_for_us else None,
        reply=employer_reply_of(request),
        own_interest=claim.own_interest,
    )
