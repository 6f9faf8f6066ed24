"""What issue_code gives; it takes nothing: where a code goes is not the caller's to say."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.views.codes import CodeIssued, code_issued_view
from ishtirak.kernel.value import Value
from ishtirak.otp.model import Challenge, DispatchState, OpenedChallenge


class CodeDispatch(Value):
    """How far the code is on its way."""

    challenge_id: str
    dispatch: DispatchState = Field(
        description="SENT: handed over to be delivered; FAILED: it cannot be; NOT_SENT: a limit is reached"
    )
    try_again_at: datetime | None = Field(description="NOT_SENT: from when on another code may be asked for")
    masked_mobile: Annotated[str | None, FieldGroup.PHONE_MASKED] = Field(
        description="The registered mobile it was sent to, masked"
    )
    expires_at: datetime = Field(description="Until when the code is accepted")


ISSUE_CODE = post(
    "/v1/requests/<request_id>/code",
    summary="Ask for the code that submits a request",
    gives=CodeIssued,
    status=202,
    refusals=(429, 503),
)
READ_CODE_DISPATCH = get(
    "/v1/requests/<request_id>/code/<challenge_id>",
    summary="See how far a code is on its way",
    gives=CodeDispatch,
    refusals=(503,),
)


def code_issued(opened: OpenedChallenge, call: Call[Any]) -> Reply[CodeIssued]:
    """The challenge, and where its dispatch is read."""
    body = code_issued_view(opened)
    return Reply(body, location=f"/v1/requests/{opened.challenge.about}/code/{opened.challenge_id}")


def code_dispatch(challenge: Challenge, call: Call[Any]) -> Reply[CodeDispatch]:
    """How far it is."""
    body = CodeDispatch(
        challenge_id=challenge.id,
        dispatch=challenge.dispatch,
        try_again_at=challenge.try_again_at,
        masked_mobile=challenge.masked_mobile,
        expires_at=challenge.expires_at,
    )
    return Reply(body)
