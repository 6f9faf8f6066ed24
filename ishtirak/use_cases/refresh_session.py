"""Renewing the tokens of a session with its newest handle."""

from typing import Final

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.sessions import rules
from ishtirak.sessions.credentials import decrypt_credential
from ishtirak.sessions.handles import handle_of, proven_handle
from ishtirak.sessions.model import Renewal, Session, SessionGrant, Tokens
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns, UserPool
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.sessions.revocation import NOTHING_REVOKED, Revocations
from ishtirak.use_cases.sign_out import end_session

MAX_TRIES: Final = 3
"""How often it is decided again when another renewal of the session came first."""


def refresh_session(
    session: str,
    *,
    sign_ins: SignIns,
    revocations: Revocations,
    pool: UserPool,
    encryption: Encryption,
    mac: Mac,
    clock: Clock,
) -> SessionGrant:
    """New tokens and the next handle, for a handle (`session`) that is the newest.

    The tokens are fetched before the handle moves on, so a failure of the pool costs nobody their session.
    An old handle ends the session, and revokes the tokens, for everybody who holds one: `SessionEnded`.
    """
    handle = proven_handle(session, mac=mac)
    for _ in range(MAX_TRIES):
        stands = sign_ins.session(handle.session_id)
        renewal = rules.renewal(
            stands,
            handle,
            at=clock.now(),
            policy=policy_on(today(clock)),
            revoked=revocations.latest(stands.person_id) if stands else NOTHING_REVOKED,
        )
        if stands is None or renewal is Renewal.OVER:
            raise SessionEnded()
        if renewal is Renewal.REVOKE:
            end_session(
                stands,
                sign_ins=sign_ins,
                revocations=revocations,
                pool=pool,
                encryption=encryption,
                clock=clock,
            )
            raise SessionEnded()
        tokens = _tokens(stands, sign_ins=sign_ins, pool=pool, encryption=encryption)
        if renewal is Renewal.AGAIN:
            return SessionGrant(tokens, handle_of(stands, mac=mac))
        after = rules.renew(stands, at=clock.now())
        next_handle = handle_of(after, mac=mac)
        if sign_ins.renew(after, before=stands):
            return SessionGrant(tokens, next_handle)
    raise SessionEnded()


def _tokens(session: Session, *, sign_ins: SignIns, pool: UserPool, encryption: Encryption) -> Tokens:
    tokens = pool.renew(decrypt_credential(session.encrypted, item=session.id, encryption=encryption))
    if tokens is None:
        sign_ins.end(session.id)
        raise SessionEnded()
    return tokens
