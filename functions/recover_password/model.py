"""What recover_password takes and gives.

No response is kept under an `Idempotency-Key`, because its record would be made of a password: see `sign_up`.
"""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from ishtirak.edge.http.operation import post
from ishtirak.edge.views.codes import CodeIssued
from ishtirak.edge.views.logins import (
    CodeAndPassword,
    LoginView,
    PersonClaimed,
    login_view,
    text_asked,
)
from ishtirak.factors.model import FactorKind
from ishtirak.kernel.text import Text
from ishtirak.kernel.value import AsTyped, Value


class LoginClaimed(PersonClaimed):
    """Whose password is forgotten (استعادة كلمة المرور)."""

    username: Annotated[str, Text(1, 128)] = Field(description="The name the person signs in with")


class RecoveredPassword(CodeAndPassword):
    """The second step; who has an authenticator app shows a code of it, or a recovery code, as well."""

    factor: Literal[FactorKind.TOTP, FactorKind.RECOVERY] | None = Field(
        default=None, description="The kind of the second code, for who has an authenticator app"
    )
    factor_code: Annotated[str, AsTyped(24)] | None = Field(
        default=None, description="What the app shows now, or a recovery code"
    )


class FirstPassword(Value):
    """What an administrator handed over (كلمة المرور الأولى)."""

    username: Annotated[str, Text(1, 128)] = Field(description="The name the administrator gave")
    password: SecretStr = Field(min_length=1, max_length=256, description="The first password")


class OwnPassword(CodeAndPassword):
    """The second step: a password nobody else knows."""

    username: Annotated[str, Text(1, 128)] = Field(description="As in the first step")


START_RECOVERY = post(
    "/v1/password-recovery",
    summary="Ask to recover a password",
    description="The answer never shows whether number, birth date and username belong together, or to anybody.",
    takes=LoginClaimed,
    gives=CodeIssued,
    idempotent=False,
    status=202,
    refusals=(503,),
)
COMPLETE_RECOVERY = post(
    "/v1/password-recovery/code",
    summary="Recover the password with the code",
    description="Ends every session of the person.",
    takes=RecoveredPassword,
    gives=LoginView,
    idempotent=False,
    refusals=(401, 409, 429, 503),
)
START_FIRST_PASSWORD = post(
    "/v1/first-password",
    summary="Show a first password",
    description="The answer never shows whether the name exists or the password is right.",
    takes=FirstPassword,
    gives=CodeIssued,
    idempotent=False,
    status=202,
    refusals=(503,),
)
SET_FIRST_PASSWORD = post(
    "/v1/first-password/code",
    summary="Replace the first password with the code",
    takes=OwnPassword,
    gives=LoginView,
    idempotent=False,
    status=201,
    refusals=(401, 409, 429, 503),
)

__all__ = [
    "COMPLETE_RECOVERY",
    "SET_FIRST_PASSWORD",
    "START_FIRST_PASSWORD",
    "START_RECOVERY",
    "login_view",
    "text_asked",
]
