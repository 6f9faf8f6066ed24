"""How often a name may be tried from one place, and what becomes of a session. Pure: no clock, no store, no key."""

import base64
import binascii
import hashlib
import hmac
import uuid
from dataclasses import replace
from datetime import datetime

from ishtirak.kernel.digits import fold
from ishtirak.sessions.model import Handle, Renewal, Session, SignInAttempts
from ishtirak.sessions.policy import SessionPolicy
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.sessions.revocation import NOTHING_REVOKED, Revocation, is_revoked

_TAG_BYTES = 32
_GENERATION_BYTES = 4
_HANDLE_BYTES = 16 + _GENERATION_BYTES + _TAG_BYTES


def name_of(typed: str) -> str:
    """The name as the pool knows it, whichever digits and case it was typed in: the pool tells no cases apart."""
    return fold(typed).strip().casefold()


def name_message(name: str) -> bytes:
    """What the keyed hash of a name is taken over; a name differs by more than its case."""
    return b"name-v1|" + name.casefold().encode()


def content_of(name_tag: str) -> str:
    """What a sign-in code is bound to: the sign-in of this name."""
    return hashlib.sha256(f"sign-in|{name_tag}".encode()).hexdigest()


def attempt(attempts: SignInAttempts, *, at: datetime, policy: SessionPolicy) -> tuple[SignInAttempts, bool]:
    """The attempts from a place with one more, and whether its password may be looked at.

    An attempt while the place is blocked is noted but does not prolong the block. Whether a password was right plays
    no part here: only a completed sign-in from this place starts its count again.
    """
    noted = replace(attempts, version=attempts.version + 1, last_at=at)
    if attempts.next_at is not None and at < attempts.next_at:
        return noted, False
    forgotten = attempts.last_at is not None and at >= attempts.last_at + policy.attempts_forgotten_after
    count = 1 if forgotten else attempts.count + 1
    return replace(noted, count=count, next_at=at + policy.delay_after(count)), True


def start(
    *, session_id: str, person_id: str, encrypted: str, at: datetime, sign_in_id: str | None = None
) -> Session:
    """A new session of the person who just signed in."""
    return Session(
        id=session_id,
        person_id=person_id,
        encrypted=encrypted,
        started_at=at,
        used_at=at,
        sign_in_id=sign_in_id,
    )


def renewal(
    session: Session | None,
    handle: Handle,
    *,
    at: datetime,
    policy: SessionPolicy,
    revoked: Revocation = NOTHING_REVOKED,
) -> Renewal:
    """What becomes of a handle whose proof was right; `revoked`: what of the person's is."""
    if session is None or session.ended or at >= ends_at(session, policy=policy):
        return Renewal.OVER
    if is_revoked(session.started_at, revoked=revoked, sign_in_id=session.sign_in_id):
        return Renewal.OVER
    if handle.generation == session.generation:
        return Renewal.RENEW
    just_before = handle.generation == session.generation - 1 and at < session.used_at + policy.leeway
    return Renewal.AGAIN if just_before else Renewal.REVOKE


def ends_at(session: Session, *, policy: SessionPolicy) -> datetime:
    """When the session is over if nobody uses it, and at the latest."""
    return min(session.used_at + policy.idle, session.started_at + policy.total)


def renew(session: Session, *, at: datetime) -> Session:
    """The session after a renewal: used now, with a new handle."""
    return replace(session, used_at=at, generation=session.generation + 1)


def handle_message(session_id: str, generation: int) -> bytes:
    """What the proof in a handle is taken over."""
    return f"session-v1|{session_id}|{generation}".encode()


def written(handle: Handle) -> str:
    """The handle as a client holds it: opaque, and nothing in any table leads to it."""
    content = uuid.UUID(handle.session_id).bytes + handle.generation.to_bytes(_GENERATION_BYTES) + handle.tag
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read(text: str) -> Handle:
    """The handle somebody sent, not yet proven to be ours."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SessionEnded() from None
    if len(content) != _HANDLE_BYTES:
        raise SessionEnded()
    return Handle(
        session_id=str(uuid.UUID(bytes=content[:16])),
        generation=int.from_bytes(content[16 : 16 + _GENERATION_BYTES]),
        tag=content[16 + _GENERATION_BYTES :],
    )


def prove(handle: Handle, *, tag: bytes) -> Handle:
    """The handle, now that the proof in it is the one only our key makes."""
    if not hmac.compare_digest(handle.tag, tag):
        raise SessionEnded()
    return handle
