"""What is shown of logins and of the codes on their way to who is not signed in."""

from typing import Annotated, Any

from pydantic import Field, SecretStr

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.logs import logger
from ishtirak.edge.views.codes import CodeIssued, code_issued
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.value import AsTyped, Id, Value
from ishtirak.logins.model import OpenedLogin
from ishtirak.otp.model import OpenedChallenge

NewPassword = Annotated[
    SecretStr,
    Field(
        min_length=1,
        max_length=256,
        description="Fifteen characters or more, of any kind; known and easily guessed ones are refused",
    ),
]
TypedCode = Annotated[str, AsTyped(16)]


class PersonClaimed(Value):
    """Who somebody says they are (بيانات التحقق من الهوية)."""

    identity_number: PersonNumber = Field(description="National identity, residency or border number")
    birth_date: CivilDate = Field(description="In the calendar it was issued in")


class CodeAndPassword(Value):
    """The code from the phone, and the password from now on."""

    challenge_id: Id = Field(description="From the first step")
    code: TypedCode = Field(description="Six digits, Western or Arabic-Indic")
    password: NewPassword


class LoginView(Value):
    """With what the person signs in from now on (حساب الدخول)."""

    username: str = Field(
        description="The username; the one chosen first, where an earlier sign-up was interrupted"
    )


def text_asked(opened: OpenedChallenge, call: Call[Any]) -> Reply[CodeIssued]:
    """The challenge, a decoy's like any other; the log alone says whether anything is sent."""
    logger.info("login.text_asked", extra={"decoy": opened.challenge.decoy})
    return code_issued(opened, call)


def login_view(login: OpenedLogin, call: Call[Any]) -> Reply[LoginView]:
    """The username."""
    return Reply(LoginView(username=login.username))
