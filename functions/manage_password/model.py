"""What manage_password takes and gives.

The change takes no `Idempotency-Key`, because its record would be made of passwords: a code changes it once, and who
lost the answer goes on with the same code.
"""

from typing import Any, Literal

from pydantic import Field, SecretStr

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.views.codes import CodeIssued
from ishtirak.edge.views.logins import NewPassword, TypedCode
from ishtirak.factors.model import FactorKind
from ishtirak.kernel.value import Id, Value


class PasswordChange(Value):
    """The password until now, the next one, and what proves the person (تغيير كلمة المرور)."""

    current_password: SecretStr = Field(min_length=1, max_length=256, description="The password until now")
    password: NewPassword
    kind: Literal[FactorKind.SMS, FactorKind.TOTP]
    code: TypedCode = Field(description="From the SMS, or of the authenticator app, in any digits")
    challenge_id: Id | None = Field(default=None, description="Of the SMS, where the code is from one")


class PasswordChanged(Value):
    """The new password holds. Every other session is over: handles at once, tokens within a minute."""

    changed: Literal[True] = True


ISSUE_PASSWORD_CODE = post(
    "/v1/me/password/code",
    summary="Ask for the code that changes my password",
    gives=CodeIssued,
    status=202,
    refusals=(404, 429, 503),
)
CHANGE_PASSWORD = post(
    "/v1/me/password",
    summary="Change my password",
    description="Ends every other session of the person.",
    takes=PasswordChange,
    gives=PasswordChanged,
    idempotent=False,
    refusals=(404, 409, 429, 503),
)


def changed(result: None, call: Call[Any]) -> Reply[PasswordChanged]:
    """That it is done."""
    return Reply(PasswordChanged())
