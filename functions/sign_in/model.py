"""What sign-in takes and gives."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NameAndPassword(_Model):
    """The first step (اسم المستخدم وكلمة المرور)."""

    username: str = Field(min_length=1, max_length=128, description="The name the person signs in with")
    password: SecretStr = Field(min_length=1, max_length=256, description="The password")


class CodeAsked(_Model):
    """The same answer whoever asks: whether a code is on its way is only seen on the registered phone."""

    challenge_id: str = Field(description="Names the code in the next step")
    expires_at: datetime = Field(description="Until when the code is accepted")
    resend_after_seconds: int = Field(description="A new code may be asked for after so many seconds")


class CodeTyped(_Model):
    """The second step (رمز الدخول)."""

    challenge_id: str = Field(pattern=_UUID, description="From the first step")
    code: str = Field(min_length=1, max_length=16, description="Six digits, Western or Arabic-Indic")


class SessionHandle(_Model):
    """What a client keeps of a session."""

    session: str = Field(min_length=1, max_length=200, description="The newest handle of the session")


class SignedIn(_Model):
    """The bearer of the API, and the handle to renew it with. Each handle works once."""

    id_token: str = Field(description="Sent as `Authorization: Bearer …`")
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme, not a secret
    expires_in: int = Field(description="Seconds the id token is accepted for")
    session: str = Field(description="Renews the id token; replaced at every renewal")


class SignedOut(_Model):
    """The session is over, whatever it was."""

    signed_out: Literal[True] = True
