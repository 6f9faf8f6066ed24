"""What sign_in takes and gives.

No response here is kept under an `Idempotency-Key`, because it would hold tokens. Asking again is safe without one: a
second password opens a second challenge, a code works once, a renewal repeated at once gives the same handle, and
signing out twice is signing out once.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.logs import logger
from ishtirak.edge.views.codes import CodeIssued, code_issued
from ishtirak.factors.model import FactorKind
from ishtirak.kernel.text import Text
from ishtirak.kernel.value import AsTyped, Id, Value
from ishtirak.otp.model import OpenedChallenge
from ishtirak.sessions.model import SessionGrant


class NameAndPassword(Value):
    """The first step (اسم المستخدم وكلمة المرور)."""

    username: Annotated[str, Text(1, 128)] = Field(description="The name the person signs in with")
    password: SecretStr = Field(min_length=1, max_length=256, description="The password")
    device: Annotated[str, AsTyped(200)] | None = Field(
        default=None,
        description="What the last sign-in on this device gave; attempts from elsewhere cannot block it",
    )


class CodeTyped(Value):
    """The second step (رمز الدخول)."""

    challenge_id: Id = Field(description="From the first step")
    code: Annotated[str, AsTyped(24)] = Field(description="Six digits, or a recovery code, in any digits")
    kind: FactorKind = Field(
        default=FactorKind.SMS,
        description="SMS: the code that was sent; TOTP: of an authenticator app; RECOVERY",
    )


class SessionHandle(Value):
    """What a client keeps of a session."""

    session: Annotated[str, AsTyped(200)] = Field(description="The newest handle of the session")


class SignedIn(Value):
    """The bearer of the API, and the handle to renew it with. Each handle works once."""

    id_token: Annotated[str, FieldGroup.CREDENTIALS] = Field(description="Sent as `Authorization: Bearer …`")
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme, not a secret
    expires_in: int = Field(description="Seconds the id token is accepted for")
    session: Annotated[str, FieldGroup.CREDENTIALS] = Field(
        description="Renews the id token; replaced at every renewal"
    )
    device: Annotated[str | None, FieldGroup.CREDENTIALS] = Field(
        default=None,
        description="Kept by the client for the next sign-in with this name; null at a renewal",
    )


class SignedOut(Value):
    """The session is over, whatever it was."""

    signed_out: Literal[True] = True


START_SIGN_IN = post(
    "/v1/sign-in",
    summary="Ask for a sign-in code",
    description="The answer never shows whether the name exists or the password is right.",
    takes=NameAndPassword,
    gives=CodeIssued,
    idempotent=False,
    status=202,
    refusals=(503,),
)
COMPLETE_SIGN_IN = post(
    "/v1/sign-in/code",
    summary="Sign in with the code",
    description="The answer never shows whether the name exists or which factors somebody has.",
    takes=CodeTyped,
    gives=SignedIn,
    idempotent=False,
    refusals=(401, 503),
)
REFRESH_SESSION = post(
    "/v1/sign-in/refresh",
    summary="Renew the id token",
    description="A handle that was replaced before ends the session for everybody who holds one.",
    takes=SessionHandle,
    gives=SignedIn,
    idempotent=False,
    refusals=(401, 503),
)
SIGN_OUT = post(
    "/v1/sign-in/sign-out",
    summary="Sign out",
    description="Ends the session and all the person holds anywhere: credentials at once, id tokens within a minute.",
    takes=SessionHandle,
    gives=SignedOut,
    idempotent=False,
    refusals=(503,),
)


def code_asked(opened: OpenedChallenge, call: Call[Any]) -> Reply[CodeIssued]:
    """The challenge, a decoy's like any other; the log alone says whether the attempt could lead anywhere."""
    logger.info("sign_in.started", extra={"decoy": opened.challenge.decoy})
    return code_issued(opened, call)


def signed_in(grant: SessionGrant, call: Call[Any]) -> Reply[SignedIn]:
    """The tokens, and the handle that renews them."""
    tokens = grant.tokens
    return Reply(
        SignedIn(
            id_token=tokens.id_token,
            expires_in=tokens.expires_in,
            session=grant.handle,
            device=grant.device,
        )
    )


def signed_out(result: None, call: Call[Any]) -> Reply[SignedOut]:
    """The same, whatever there was to end."""
    return Reply(SignedOut())
