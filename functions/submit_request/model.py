"""What submit_request takes and gives."""

from typing import Annotated, Any

from pydantic import Field

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import post
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.value import AsTyped, Id, Value
from ishtirak.requests.model import RequestState, SubmittedRequest


class Submission(Value):
    """The code that submits the request as it stands."""

    challenge_id: Id = Field(description="The challenge the code belongs to")
    code: Annotated[str, AsTyped(20)] = Field(description="The code from the SMS, in any digits")


class Confirmation(Value):
    """The confirmation (تأكيد التقديم). Keep the reference: everything about the request is found by it."""

    request_id: str
    reference: str
    state: RequestState
    submitted_at: str = Field(description="UTC")


SUBMIT_REQUEST = post(
    "/v1/requests/<request_id>/submission",
    summary="Submit a request with its code",
    takes=Submission,
    gives=Confirmation,
    status=201,
)


def confirmation(submitted: SubmittedRequest, call: Call[Any]) -> Reply[Confirmation]:
    """What the person is shown once it is submitted."""
    body = Confirmation(
        request_id=submitted.id,
        reference=submitted.reference,
        state=submitted.state,
        submitted_at=submitted.submitted_at,
    )
    return Reply(body, etag=submitted.version, location=f"/v1/requests/{submitted.id}")
