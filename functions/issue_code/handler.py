"""POST /v1/requests/{id}/code: a contributor asks for the code that seals the request as it stands.

The code is bound to the digest of that content: whatever changes afterwards makes it worthless. It goes to
the phone registered in the directory of persons; how far it is on its way is read at the challenge.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from functions.issue_code.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.documents.model import DocumentKind
from ishtirak.documents.rules import label
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.decode import decode
from ishtirak.edge.http.problems import FieldsRefused
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.caller import Role
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import NotFound
from ishtirak.otp import service as otp
from ishtirak.otp.model import DispatchState, Purpose
from ishtirak.requests import service as requests_service
from ishtirak.requests.refusals import DocumentsMissing


class NothingToSay(BaseModel):
    """The body may be left out: where the code goes is not the caller's to say."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_SEPARATORS = {"ar": "، ", "en": ", "}


def _by_their_names(missing: DocumentsMissing, language: str) -> DocumentsMissing:
    """The refusal with the documents' names instead of their codes: a person reads it."""
    kinds = str(missing.facts["kinds"]).split(", ")
    return DocumentsMissing(
        kinds=_SEPARATORS[language].join(label(DocumentKind(kind), language) for kind in kinds)
    )


class CodeIssued(BaseModel):
    """A code is on its way (رمز التحقق)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    challenge_id: str = Field(description="Sent back with the code")
    expires_at: datetime = Field(description="Until when the code is accepted")
    resend_after_seconds: int = Field(description="A new code may be asked for after so many seconds")


class CodeDispatch(BaseModel):
    """How far the code is on its way."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    challenge_id: str
    dispatch: DispatchState = Field(description="SENT: handed over to be delivered; FAILED: it cannot be")
    masked_mobile: str | None = Field(description="The registered mobile it was sent to, masked")
    expires_at: datetime = Field(description="Until when the code is accepted")


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    requests = RequestTable(settings.requests_table)
    documents = DocumentTable(settings.requests_table)
    access = AccessTable(settings.access_table)
    api = Api(
        "issue_code", clock=time, onces=IdempotencyTable(settings.access_table), origins=settings.web_origins
    )

    @api.post(
        "/v1/requests/<request_id>/code",
        summary="Ask for the code that submits a request",
        gives=CodeIssued,
        roles=(Role.CONTRIBUTOR,),
        status=202,
        refusals=(429, 503),
    )
    def issue_code(call: Call[None], request_id: str) -> Reply[CodeIssued]:
        _says_nothing(call.raw)
        try:
            seal = requests_service.seal(request_id, by=call.caller, requests=requests, documents=documents)
        except DocumentsMissing as missing:
            raise _by_their_names(missing, call.language) from None
        opened = otp.open_challenge(
            call.caller.person_id,
            purpose=Purpose.SUBMIT_REQUEST,
            digest=seal.digest,
            about=request_id,
            challenges=access,
            clock=time,
        )
        reply = Reply(
            CodeIssued(
                challenge_id=opened.challenge_id,
                expires_at=opened.expires_at,
                resend_after_seconds=opened.resend_after_seconds,
            ),
            location=f"/v1/requests/{request_id}/code/{opened.challenge_id}",
        )
        access.commit(access.keeping(call.once, reply, now=time.now()), opened.part)
        return reply

    @api.get(
        "/v1/requests/<request_id>/code/<challenge_id>",
        summary="See how far a code is on its way",
        gives=CodeDispatch,
        roles=(Role.CONTRIBUTOR,),
        refusals=(503,),
    )
    def read_code_dispatch(call: Call[None], request_id: str, challenge_id: str) -> Reply[CodeDispatch]:
        challenge = access.find(challenge_id)
        asked_for = (call.caller.person_id, request_id)
        if challenge is None or (challenge.subject, challenge.about) != asked_for:
            raise NotFound()
        return Reply(
            CodeDispatch(
                challenge_id=challenge.id,
                dispatch=challenge.dispatch,
                masked_mobile=challenge.masked_mobile,
                expires_at=challenge.expires_at,
            )
        )

    return api


def _says_nothing(raw: bytes) -> None:
    """Refuses a body with anything in it, a phone above all, instead of passing over it."""
    if not raw:
        return
    decode(raw)
    try:
        NothingToSay.model_validate_json(raw, strict=True)
    except ValidationError as refused:
        raise FieldsRefused(refused) from None
