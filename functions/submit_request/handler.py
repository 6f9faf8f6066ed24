"""POST /v1/requests/{id}/submission: the last step of adding a contribution period.

The code is consumed and the submitted request stored with its event and its answer in one transaction: five AWS calls,
and no moment at which the code is spent and the request is not there.
"""

from pydantic import BaseModel, ConfigDict, Field

from functions.submit_request.settings import Settings
from ishtirak.adapters.access_table import AccessTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.mac import KmsMac
from ishtirak.adapters.once_table import OnceTable
from ishtirak.adapters.request_table import RequestTable
from ishtirak.edge.http import Api, Call
from ishtirak.kernel.caller import Role
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.once import Reply
from ishtirak.otp.model import Purpose
from ishtirak.otp.service import verify
from ishtirak.requests import rules
from ishtirak.requests.model import RequestState, sealed_content


class Submission(BaseModel):
    """The code that seals the request as it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    challenge_id: str = Field(min_length=36, max_length=36, description="The challenge the code belongs to")
    code: str = Field(min_length=1, max_length=20, description="The code from the SMS, in any digits")


class Confirmation(BaseModel):
    """The confirmation (تأكيد التقديم). Keep the reference: everything about the request is found by it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request_id: str
    reference: str
    state: RequestState
    submitted_at: str = Field(description="UTC")


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    requests = RequestTable(settings.requests_table)
    access = AccessTable(settings.access_table)
    mac = KmsMac(settings.mac_key_arn)
    api = Api(
        "submit_request", clock=time, onces=OnceTable(settings.requests_table), origins=settings.web_origins
    )

    @api.post(
        "/v1/requests/<request_id>/submission",
        summary="Submit a request with its code",
        takes=Submission,
        gives=Confirmation,
        roles=(Role.CONTRIBUTOR,),
        status=201,
    )
    def submit_request(call: Call[Submission], request_id: str) -> Reply[Confirmation]:
        request = requests.get(request_id)
        change = rules.submit(request, by=call.caller, at=time.now())
        challenge = verify(
            call.body.challenge_id,
            call.body.code,
            subject=call.caller.person_id,
            purpose=Purpose.SUBMIT_REQUEST,
            digest=digest(sealed_content(request)),
            challenges=access,
            mac=mac,
            clock=time,
        )
        submitted = change.after
        confirmation = Confirmation(
            request_id=submitted.id,
            reference=submitted.reference or "",
            state=submitted.state,
            submitted_at=submitted.submitted_at or "",
        )
        reply = Reply(confirmation, etag=submitted.version, location=f"/v1/requests/{submitted.id}")
        requests.commit(change, once=call.once, reply=reply, alongside=access.consuming(challenge))
        return reply

    return api
