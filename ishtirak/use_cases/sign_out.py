"""Ending a session, here and in the user pool."""

from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.sessions.credentials import decrypt_credential
from ishtirak.sessions.handles import proven_handle
from ishtirak.sessions.model import Session
from ishtirak.sessions.ports import SignIns, UserPool
from ishtirak.sessions.rules import SessionEnded


def sign_out(session: str, *, sign_ins: SignIns, pool: UserPool, encryption: Encryption, mac: Mac) -> None:
    """End the session this handle (`session`) is of. Signing out of what is over already is no error."""
    try:
        handle = proven_handle(session, mac=mac)
    except SessionEnded:
        return
    stands = sign_ins.session(handle.session_id)
    if stands is not None:  # ended or not: the pool may not have heard of it yet
        end_session(stands, sign_ins=sign_ins, pool=pool, encryption=encryption)


def end_session(session: Session, *, sign_ins: SignIns, pool: UserPool, encryption: Encryption) -> None:
    """Our own record first: whatever the pool then answers can no longer keep the session open."""
    sign_ins.end(session.id)
    pool.sign_out(decrypt_credential(session.encrypted, item=session.id, encryption=encryption))
