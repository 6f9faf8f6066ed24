"""Ending a session, and all that its person holds: here and in the user pool."""

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.sessions.credentials import decrypt_credential
from ishtirak.sessions.handles import proven_handle
from ishtirak.sessions.model import Session
from ishtirak.sessions.ports import SignIns, UserPool
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.sessions.revocation import Revocations


def sign_out(
    session: str,
    *,
    sign_ins: SignIns,
    revocations: Revocations,
    pool: UserPool,
    encryption: Encryption,
    mac: Mac,
    clock: Clock,
) -> None:
    """End the session this handle (`session`) is of, and revoke the tokens its person holds anywhere.

    Signing out of what is over already is no error.
    """
    try:
        handle = proven_handle(session, mac=mac)
    except SessionEnded:
        return
    stands = sign_ins.session(handle.session_id)
    if stands is not None and not stands.ended:
        end_session(
            stands, sign_ins=sign_ins, revocations=revocations, pool=pool, encryption=encryption, clock=clock
        )


def end_session(
    session: Session,
    *,
    sign_ins: SignIns,
    revocations: Revocations,
    pool: UserPool,
    encryption: Encryption,
    clock: Clock,
) -> None:
    """Our own record of it first: whatever the pool then answers, no token and no session of the person goes on.

    The session is marked last, so that who asks again after a failure has everything done.
    """
    revocations.revoke(session.person_id, at=clock.now())
    pool.sign_out(decrypt_credential(session.encrypted, item=session.id, encryption=encryption))
    sign_ins.end(session.id)
