"""What sign_up takes and gives.

No response is kept under an `Idempotency-Key`, because its record would be made of a password: asking again is safe
without one. A second claim opens a second challenge; a code makes one login, and who lost the answer goes on with it.
"""

from pydantic import Field

from ishtirak.edge.http.operation import post
from ishtirak.edge.views.codes import CodeIssued
from ishtirak.edge.views.logins import (
    CodeAndPassword,
    LoginView,
    PersonClaimed,
    login_view,
    text_asked,
)
from ishtirak.logins.names import Username


class NewLogin(CodeAndPassword):
    """The second step (إنشاء حساب الدخول)."""

    username: Username = Field(description="4 to 32 Latin letters and digits, beginning with a letter")


START_SIGN_UP = post(
    "/v1/sign-up",
    summary="Ask to sign up",
    description="The answer never shows whether the number exists, fits the birth date, or has a login already.",
    takes=PersonClaimed,
    gives=CodeIssued,
    idempotent=False,
    status=202,
    refusals=(503,),
)
COMPLETE_SIGN_UP = post(
    "/v1/sign-up/code",
    summary="Sign up with the code",
    description="That a username is taken is told for a right code alone.",
    takes=NewLogin,
    gives=LoginView,
    idempotent=False,
    status=201,
    refusals=(401, 409, 429, 503),
)
signed_up = login_view

__all__ = ["COMPLETE_SIGN_UP", "START_SIGN_UP", "NewLogin", "signed_up", "text_asked"]
