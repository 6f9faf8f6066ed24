"""What an authenticator shows, which codes are accepted, and how a person's factors change.

Pure: no clock, no store, no key, no randomness.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import pyotp

from ishtirak.eventlog.event import Chain, next_event
from ishtirak.factors.model import Authenticator, Factors, FactorsChange, FactorTries, RecoveryCode
from ishtirak.factors.policy import FactorPolicy
from ishtirak.kernel.digits import fold
from ishtirak.kernel.errors import Incomplete, NotAuthentic, Refused, TooMany

SOURCE: Final = "ishtirak.factors"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without letters that are taken for digits or for one another."""
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GROUP: Final = 5


class AlreadyEnrolled(Refused):
    """There is an authenticator; it is removed before another one is enrolled."""

    code = "already_enrolled"


class NoAuthenticator(Refused):
    """There is no authenticator to remove or to make recovery codes for."""

    code = "no_authenticator"


class FactorCodeNotAccepted(NotAuthentic):
    """Wrong, used before, of a step too far away, or of nothing at all. Nobody learns which."""

    code = "factor_code_not_accepted"


class FactorPaused(TooMany):
    """Too many codes in a row proved nothing; none is looked at for `retry_after` seconds."""

    code = "factor_paused"


class ChallengeMissing(Incomplete):
    """A code from an SMS needs the challenge it was sent for."""

    code = "challenge_missing"


def secret_of(random: bytes) -> str:
    """The secret as people type it and apps read it (base32)."""
    return base64.b32encode(random).decode().rstrip("=")


def uri_of(secret: str, *, account: str, policy: FactorPolicy) -> str:
    """The address an authenticator app reads, as a rule from a QR code. `account` tells two of them apart."""
    app = pyotp.TOTP(secret, digits=policy.digits, interval=policy.period_seconds)
    return app.provisioning_uri(name=account, issuer_name=policy.issuer)


def content_of(encrypted: str) -> str:
    """What the code of an enrolment is bound to: this secret for this person, by its ciphertext."""
    return hashlib.sha256(f"enrol|{encrypted}".encode()).hexdigest()


def removal_of(authenticator: Authenticator) -> str:
    """What the code of a removal is bound to: this authenticator."""
    return hashlib.sha256(f"remove|{authenticator.id}".encode()).hexdigest()


def step_at(moment: datetime, *, policy: FactorPolicy) -> int:
    """The number of the step a moment is in (RFC 6238, 4.2)."""
    return int(moment.timestamp()) // policy.period_seconds


def code_of_step(secret: str, step: int, *, digits: int) -> str:
    """What an authenticator with this secret shows in a step."""
    return pyotp.HOTP(secret, digits=digits).at(step)


def typed(code: str, *, policy: FactorPolicy) -> str:
    """What was typed in ASCII digits; dashes, which no code has, where it cannot be a code."""
    folded = fold(code)
    return folded if re.fullmatch(f"[0-9]{{{policy.digits}}}", folded) else "-" * policy.digits


def accepted_step(secret: str, code: str, *, at: datetime, after: int, policy: FactorPolicy) -> int | None:
    """The step whose code this is, within the window and after the last one accepted; None for a wrong code.

    Every step of the window is compared, whatever came of the one before.
    """
    given, now, found = typed(code, policy=policy).encode(), step_at(at, policy=policy), None
    for step in range(now - policy.window_steps, now + policy.window_steps + 1):
        right = hmac.compare_digest(given, code_of_step(secret, step, digits=policy.digits).encode())
        if right and step > after:
            found = step
    return found


def attempt(factors: Factors, *, at: datetime, policy: FactorPolicy) -> tuple[FactorTries, bool]:
    """The tries with one more, and whether it may be looked at.

    One made during a pause is noted and does not prolong it. Only a right code ends the count.
    """
    tries = factors.tries
    noted = replace(tries, version=tries.version + 1)
    paused = tries.next_at is not None and at < tries.next_at
    if factors.authenticator is None or paused or tries.count >= policy.tries_in_all:
        return noted, False
    count = tries.count + 1
    return replace(noted, count=count, next_at=at + policy.pause_after(count)), True


def recovery_code(random: bytes) -> str:
    """A recovery code as it is shown: in groups, five bits of each random byte a character."""
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in random)
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def typed_recovery_code(text: str, *, policy: FactorPolicy) -> str:
    """What was typed, without case, groups and look-alikes; dashes where it cannot be a code."""
    letters = fold(text).upper().translate(_LOOKALIKES).replace("-", "").replace(" ", "")
    wanted = f"[{_ALPHABET}]{{{policy.recovery_characters}}}"
    return letters if re.fullmatch(wanted, letters) else "-" * policy.recovery_characters


def recovery_message(person_id: str, letters: str) -> bytes:
    """What the keyed hash of a recovery code is taken over."""
    return f"recovery-v1|{person_id}|{letters}".encode()


def enrol(
    factors: Factors, authenticator: Authenticator, *, tags: Sequence[str], at: datetime
) -> FactorsChange:
    """The authenticator is confirmed, with recovery codes of its own."""
    require_none(factors)
    recovery = tuple(RecoveryCode(tag) for tag in tags)
    after = replace(factors, authenticator=authenticator, recovery=recovery)
    return _changed(factors, after, "AuthenticatorEnrolled", at=at)


def remove(factors: Factors, *, kind: str, at: datetime) -> FactorsChange:
    """Neither the authenticator nor a recovery code opens anything any more."""
    require_authenticator(factors)
    after = replace(factors, authenticator=None, recovery=())
    return _changed(factors, after, "AuthenticatorRemoved", at=at, proven_by=kind)


def replace_recovery_codes(
    factors: Factors, *, tags: Sequence[str], step: int, at: datetime
) -> FactorsChange:
    """New recovery codes end the old ones; the step that proved it is used up with it."""
    authenticator = require_authenticator(factors)
    after = replace(
        factors,
        authenticator=replace(authenticator, last_step=step),
        recovery=tuple(RecoveryCode(tag) for tag in tags),
    )
    return _changed(factors, after, "RecoveryCodesReplaced", at=at)


def use_recovery_code(factors: Factors, tag: str, *, at: datetime) -> FactorsChange:
    """The recovery code is used up. Every code is compared, whatever came of the one before."""
    found = None
    for code in factors.recovery:
        right = hmac.compare_digest(tag.encode(), code.tag.encode())
        if right and not code.used:
            found = code
    if found is None:
        raise FactorCodeNotAccepted()
    recovery = tuple(replace(code, used=code.used or code is found) for code in factors.recovery)
    after = replace(factors, recovery=recovery)
    return _changed(factors, after, "RecoveryCodeUsed", at=at, left=after.recovery_left)


def require_none(factors: Factors) -> None:
    if factors.authenticator is not None:
        raise AlreadyEnrolled()


def require_authenticator(factors: Factors) -> Authenticator:
    if factors.authenticator is None:
        raise NoAuthenticator()
    return factors.authenticator


def _changed(before: Factors, after: Factors, type: str, *, at: datetime, **facts: Any) -> FactorsChange:
    """The change with its event. Whatever is changed was proven, so the tries before it are over."""
    event = next_event(
        type,
        source=SOURCE,
        aggregate=before.aggregate,
        chain=before.chain,
        at=at,
        actor=before.person_id,
        data={"person_id": before.person_id, **facts},
    )
    tries = FactorTries(version=before.tries.version + 1)
    return FactorsChange(before, replace(after, chain=Chain.after(event), tries=tries), event)
