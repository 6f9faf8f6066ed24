"""The employer's desk.

The periods employees claim, and the reply to each. Only establishments the caller acts for exist here.
"""

from enum import StrEnum
from typing import Self

from ishtirak.adapters.aws.register_table import RegisterTable
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from functions.respond_to_period.settings import Settings
from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
from ishtirak.adapters.aws.request_table import RequestTable, employer_desk
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.texts import text
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.insurance import System
from ishtirak.requests import waits
from ishtirak.requests.model import EmployerReply, PeriodData, Request, RequestState, WaitOutcome

DESK_LENGTH = 50


class EmployerAnswer(StrEnum):
    """The period is as claimed, or it is not."""

    CONFIRM = "CONFIRM"
    OBJECT = "OBJECT"


_OUTCOMES = {EmployerAnswer.CONFIRM: WaitOutcome.CONFIRMED, EmployerAnswer.OBJECT: WaitOutcome.OBJECTED}


class Response(BaseModel):
    """The employer's reply; an objection says why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: EmployerAnswer
    note: str | None = Field(
        default=None, min_length=3, max_length=1000, description="Needed for an objection"
    )

    @model_validator(mode="after")
    def _an_objection_says_why(self) -> Self:
        if self.answer is EmployerAnswer.OBJECT and self.note is None:
            raise PydanticCustomError("objection_needs_a_note", "An objection says why")
        return self


class ClaimView(BaseModel):
    """A claimed period as its employer sees it: the worker by masked identity number, nothing of other employers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request_id: str
    reference: str | None
    system: System
    state: RequestState
    state_text: str
    worker: str = Field(description="Masked identity number")
    data: PeriodData | None
    reply_by: str | None = Field(description="UTC")
    reply: EmployerReply | None


class ClaimList(BaseModel):
    """Claims waiting for this employer's officer, earliest deadline first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claims: list[ClaimView]


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    requests = RequestTable(settings.requests_table)
    register = RegisterTable(settings.register_table)
    api = Api(
        "respond_to_period",
        clock=time,
        onces=IdempotencyTable(settings.requests_table),
        origins=settings.web_origins,
    )

    def within_scope(request_id: str, caller: Caller) -> Request:
        """The claim, if it concerns an establishment the caller acts for and the employer was ever asked."""
        request = requests.get(request_id)
        asked = request.employer_reply is not None or request.state is RequestState.WITH_EMPLOYER
        if (
            request.data is None
            or not asked
            or request.data.establishment not in register.acts_for(caller.person_id)
        ):
            raise NotFound()
        return request

    def view(request: Request, language: str) -> ClaimView:
        worker = register.contributor(request.owner)
        return ClaimView(
            request_id=request.id,
            reference=request.reference,
            system=request.system,
            state=request.state,
            state_text=text(language, "states", request.state.value),
            worker=worker.masked_identity if worker else "—",
            data=request.data,
            reply_by=request.wait.until
            if request.wait and request.state is RequestState.WITH_EMPLOYER
            else None,
            reply=request.employer_reply,
        )

    @api.get(
        "/v1/employer/claims",
        summary="Periods waiting for our reply",
        gives=ClaimList,
        roles=(Role.EMPLOYER,),
    )
    def list_claims(call: Call[None]) -> Reply[ClaimList]:
        waiting = [
            request
            for number in register.acts_for(call.caller.person_id)
            for request in requests.on_desk(employer_desk(number.reveal()), limit=DESK_LENGTH)
        ]
        waiting.sort(key=lambda request: request.wait.until if request.wait else "")
        return Reply(ClaimList(claims=[view(request, call.language) for request in waiting]))

    @api.get("/v1/employer/claims/<request_id>", summary="One claim", gives=ClaimView, roles=(Role.EMPLOYER,))
    def read_claim(call: Call[None], request_id: str) -> Reply[ClaimView]:
        request = within_scope(request_id, call.caller)
        return Reply(view(request, call.language), etag=request.version)

    @api.post(
        "/v1/employer/claims/<request_id>/response",
        summary="Confirm or object",
        takes=Response,
        gives=ClaimView,
        roles=(Role.EMPLOYER,),
    )
    def respond_to_claim(call: Call[Response], request_id: str) -> Reply[ClaimView]:
        request = within_scope(request_id, call.caller)
        change = waits.record_reply(
            request, _OUTCOMES[call.body.answer], call.body.note, by=call.caller, at=time.now()
        )
        reply = Reply(view(change.after, call.language), etag=change.after.version)
        requests.commit(change, once=call.once, reply=reply)
        return reply

    return api
