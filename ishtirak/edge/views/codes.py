"""The answer to whoever asked for a code, whatever it is for."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.value import AsTyped, Id, Value
from ishtirak.otp.model import OpenedChallenge


class CodeIssued(Value):
    """A code is on its way to the registered phone (رمز التحقق), as far as anybody may know who asks."""

    challenge_id: str = Field(description="Sent back with the code")
    expires_at: datetime = Field(description="Until when the code is accepted")
    resend_after_seconds: int = Field(
        description="After so many seconds a new code can be asked for; sooner, none is sent"
    )
    texts_from: datetime | None = Field(
        description="While no text is sent to anybody: from when on a new code may be asked for"
    )


class CodeEntered(Value):
    """The code, for what it was sent for."""

    challenge_id: Id
    code: Annotated[str, AsTyped(16)] = Field(description="From the SMS, in any digits")


def code_issued(opened: OpenedChallenge, call: Call[Any]) -> Reply[CodeIssued]:
    """The challenge of the code."""
    return Reply(code_issued_view(opened))


def code_issued_view(opened: OpenedChallenge) -> CodeIssued:
    """The challenge of the code, for an answer that has more to say."""
    return CodeIssued(
        challenge_id=opened.challenge_id,
        expires_at=opened.expires_at,
        resend_after_seconds=opened.resend_after_seconds,
        texts_from=opened.texts_from,
    )
