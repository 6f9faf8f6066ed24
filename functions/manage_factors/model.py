"""What manage_factors takes and gives over HTTP.

What shows a secret takes no `Idempotency-Key`, because the answer would be kept: whoever lost one begins again, or
asks for new recovery codes.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.views.codes import CodeIssued, code_issued
from ishtirak.factors.model import BegunEnrolment, ConfirmedFactors, FactorKind, Factors
from ishtirak.kernel.value import AsTyped, Id, Value


class AuthenticatorView(Value):
    """An authenticator app (تطبيق المصادقة), by when it was enrolled."""

    enrolled_at: datetime


class FactorsView(Value):
    """With what a person signs in beside the code from the SMS."""

    authenticator: AuthenticatorView | None
    recovery_codes_left: int = Field(description="How many recovery codes still work")


class EnrolmentBegun(CodeIssued):
    """The secret, shown this once, and the challenge whose code from the SMS confirms it."""

    secret: Annotated[str, FieldGroup.CREDENTIALS] = Field(
        description="To be typed into an authenticator app; base32"
    )
    uri: Annotated[str, FieldGroup.CREDENTIALS] = Field(
        description="The same for a QR code: `otpauth://totp/…`"
    )


class Confirmed(Value):
    """The app is enrolled. The recovery codes are shown this once."""

    factors: FactorsView
    recovery_codes: Annotated[list[str], FieldGroup.CREDENTIALS] = Field(
        description="Each signs in once, in place of a code"
    )


class EnrolmentConfirmation(Value):
    """Both codes: the phone's says that it is the person, the app's that it has the secret."""

    code: Annotated[str, AsTyped(16)] = Field(description="From the SMS, in any digits")
    authenticator_code: Annotated[str, AsTyped(16)] = Field(description="What the app shows now")


class AuthenticatorCode(Value):
    """What the app shows now."""

    code: Annotated[str, AsTyped(16)] = Field(description="Six digits, Western or Arabic-Indic")


class RemovalProof(Value):
    """With what a removal is proven."""

    kind: FactorKind
    code: Annotated[str, AsTyped(24)] = Field(description="Of the app, from the SMS, or a recovery code")
    challenge_id: Id | None = Field(default=None, description="Of the SMS, where the code is from one")


READ_FACTORS = get("/v1/me/factors", summary="What I sign in with", gives=FactorsView)
BEGIN_ENROLMENT = post(
    "/v1/me/factors/enrolments",
    summary="Begin to enrol an authenticator app",
    description="Shows the secret once, and sends a code to the registered phone.",
    gives=EnrolmentBegun,
    idempotent=False,
    status=201,
    refusals=(409, 429, 503),
)
CONFIRM_ENROLMENT = post(
    "/v1/me/factors/enrolments/<challenge_id>/confirmation",
    summary="Confirm the authenticator app",
    description="With the code from the SMS and the first of the app. Shows the recovery codes once.",
    takes=EnrolmentConfirmation,
    gives=Confirmed,
    idempotent=False,
    status=201,
    refusals=(409, 503),
)
REPLACE_RECOVERY_CODES = post(
    "/v1/me/factors/recovery-codes",
    summary="Make new recovery codes",
    description="The old ones end. Shows the new ones once.",
    takes=AuthenticatorCode,
    gives=Confirmed,
    idempotent=False,
    status=201,
    refusals=(409, 429, 503),
)
ISSUE_REMOVAL_CODE = post(
    "/v1/me/factors/removal/code",
    summary="Ask for the code that removes the authenticator app",
    gives=CodeIssued,
    status=202,
    refusals=(429, 503),
)
REMOVE_AUTHENTICATOR = post(
    "/v1/me/factors/removal",
    summary="Remove the authenticator app and its recovery codes",
    takes=RemovalProof,
    gives=FactorsView,
    refusals=(429, 503),
)


def factors_view(factors: Factors, call: Call[Any]) -> Reply[FactorsView]:
    """What there is, without any of its secrets."""
    return Reply(_view(factors))


def begun(enrolment: BegunEnrolment, call: Call[Any]) -> Reply[EnrolmentBegun]:
    """The secret, this once."""
    body = EnrolmentBegun(
        challenge_id=enrolment.challenge_id,
        secret=enrolment.secret,
        uri=enrolment.uri,
        expires_at=enrolment.expires_at,
        resend_after_seconds=enrolment.resend_after_seconds,
        texts_from=enrolment.texts_from,
    )
    return Reply(body, location=f"/v1/me/factors/enrolments/{enrolment.challenge_id}")


def confirmed(result: ConfirmedFactors, call: Call[Any]) -> Reply[Confirmed]:
    """The recovery codes, this once."""
    return Reply(Confirmed(factors=_view(result.factors), recovery_codes=list(result.recovery_codes)))


removal_code = code_issued


def _view(factors: Factors) -> FactorsView:
    one = factors.authenticator
    return FactorsView(
        authenticator=AuthenticatorView(enrolled_at=one.enrolled_at) if one else None,
        recovery_codes_left=factors.recovery_left,
    )
