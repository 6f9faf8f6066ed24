"""When a code may be opened, what the code is, and which answer a try gets.

Pure: no clock, no store, no key.
"""

import base64
import hmac
import ipaddress
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pyotp

from ishtirak.kernel.digits import fold
from ishtirak.kernel.errors import NotAuthentic, TooMany
from ishtirak.kernel.identity import Mobile
from ishtirak.otp.model import (
    ActiveChallenge,
    Attempt,
    Challenge,
    ChallengeState,
    CodeHistory,
    Counted,
    DispatchState,
    Purpose,
)
from ishtirak.otp.policy import CodePolicy, Window


class CodeNotAccepted(NotAuthentic):
    """Wrong, expired, replaced, already used, for other content, or for nothing at all.

    Nobody learns which.
    """

    code = "code_not_accepted"


class TooManyTries(NotAuthentic):
    """The tries of this code are spent; only a new code helps."""

    code = "too_many_tries"


class TooSoon(TooMany):
    """A code was sent a moment ago; another waits for `retry_after` seconds."""

    code = "code_too_soon"


class TooManyCodes(TooMany):
    """The subject, the phone or the address got as many codes as a window allows."""

    code = "too_many_codes"


def admit(challenge: Challenge, *, history: CodeHistory, policy: CodePolicy) -> CodeHistory:
    """The history with the challenge in it, or the refusal to open it yet.

    The pause between two codes counts per purpose, so that submitting right after signing in is no resend;
    the windows count every code of the subject.
    """
    now = challenge.opened_at
    live = history.live.get(challenge.purpose)
    if live is not None and now < live.opened_at + policy.resend_after:
        raise TooSoon(retry_after=_seconds(live.opened_at + policy.resend_after - now))
    counted = count(history, at=now, windows=policy.windows)
    return replace(
        counted.after,
        live=MappingProxyType(
            {**history.live, challenge.purpose: ActiveChallenge(challenge.id, now, challenge.expires_at)}
        ),
    )


def count(history: CodeHistory, *, at: datetime, windows: Sequence[Window]) -> Counted:
    """One more code at this moment, or `TooManyCodes` where a window is full."""
    for window in windows:
        span = timedelta(seconds=window.seconds)
        within = [opened_at for opened_at in history.opened_at if at < opened_at + span]
        if len(within) >= window.codes:
            raise TooManyCodes(retry_after=_seconds(within[-window.codes] + span - at))
    longest = timedelta(seconds=max(window.seconds for window in windows))
    kept = (*(moment for moment in history.opened_at if at < moment + longest), at)
    return Counted(history, replace(history, version=history.version + 1, opened_at=kept))


def replaced_by(challenge: Challenge, *, history: CodeHistory) -> str | None:
    """The id of the code that the new one replaces, if that one could still be used."""
    live = history.live.get(challenge.purpose)
    return live.challenge_id if live is not None and challenge.opened_at < live.expires_at else None


def message(challenge: Challenge) -> bytes:
    """What the keyed hash is taken over.

    Everything the code is bound to, in an order that cannot be read two ways.
    """
    parts = ("otp-v1", challenge.id, challenge.subject, challenge.purpose.value, challenge.digest)
    if any("|" in part for part in parts):
        raise ValueError("a part of a challenge holds the separator")
    return "|".join(parts).encode()


def code_from(tag: bytes, *, digits: int) -> str:
    """The code as a person types it: HOTP (RFC 4226) with a secret of its own for every challenge."""
    secret = base64.b32encode(tag[:20]).decode()
    return pyotp.HOTP(secret, digits=digits).at(0)


def typed(code: str, *, digits: int) -> str | None:
    """What was typed in ASCII digits, or None when it cannot be a code."""
    folded = fold(code)
    return folded if re.fullmatch(f"[0-9]{{{digits}}}", folded) else None


def phone_message(mobile: Mobile) -> bytes:
    """What the keyed hash of a phone is taken over: with it a phone is known again, and never read."""
    return f"phone-v1|{mobile.reveal()}".encode("ascii")


def address_message(address: str | None) -> bytes | None:
    """What the keyed hash of an address codes are asked from is taken over; None where there is nothing to count by.

    In IPv6 everybody has a whole /64, which is counted as one. Loopback is the local cloud, where all people share it.
    """
    try:
        given = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if isinstance(given, ipaddress.IPv6Address):
        given = given.ipv4_mapped or given
    if given.is_loopback:
        return None
    bits = 32 if isinstance(given, ipaddress.IPv4Address) else 64
    network = ipaddress.ip_network((given, bits), strict=False)
    return f"address-v1|{network.network_address}".encode("ascii")


def awaits_dispatch(challenge: Challenge) -> bool:
    """Whether its code is still to be sent.

    A decoy is nobody's, a replaced code would only mislead, and what was sent once is not sent again.
    """
    return (
        not challenge.decoy
        and challenge.state is ChallengeState.OPEN
        and challenge.dispatch is DispatchState.PENDING
    )


def fits(challenge: Challenge, *, subject: str, purpose: Purpose, digest: str, now: datetime) -> bool:
    """Whether a try may be spent on it at all, tries aside.

    Alive, and of this subject, purpose and content.
    """
    return (
        (challenge.subject, challenge.purpose, challenge.digest) == (subject, purpose, digest)
        and challenge.state in (ChallengeState.OPEN, ChallengeState.USED)
        and now < challenge.expires_at
    )


def accept(
    attempt: Attempt, *, subject: str, purpose: Purpose, digest: str, now: datetime, policy: CodePolicy
) -> Challenge:
    """The challenge whose try was counted, or the refusal for one that was not.

    "Too many tries" is said only of a code that was otherwise good, to who it belongs to.
    """
    challenge = attempt.challenge
    if challenge is not None and attempt.counted:
        return challenge
    if challenge is not None and fits(challenge, subject=subject, purpose=purpose, digest=digest, now=now):
        raise TooManyTries(tries=policy.tries)
    raise CodeNotAccepted()


def compare(challenge: Challenge, *, typed_code: str | None, tag: bytes, policy: CodePolicy) -> Challenge:
    """The challenge whose code this is.

    Takes as long for a decoy, or for something that is no code at all.
    """
    expected = code_from(tag, digits=policy.digits)
    given = typed_code or "-" * policy.digits
    right = hmac.compare_digest(given.encode(), expected.encode())
    if not right or challenge.decoy:
        raise CodeNotAccepted()
    return challenge


def _seconds(left: timedelta) -> int:
    """Whole seconds a client has to wait, never too few."""
    return max(1, math.ceil(left / timedelta(seconds=1)))
