"""Trying a name, and keeping, renewing and ending a session."""

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.sessions import rules
from ishtirak.sessions.model import Credential, Handle, Renewal, Session, Tokens
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns, UserPool

_FIELD = "credential"
_RACES = 3


def attempt(name_tag: str, *, sign_ins: SignIns, clock: Clock) -> bool:
    """Whether this attempt on a name may count; one read and one write, whatever comes of it."""
    before = sign_ins.attempts(name_tag)
    after, admitted = rules.attempt(before, at=clock.now(), policy=policy_on(today(clock)))
    return sign_ins.record_attempt(after, before=before) and admitted


def encrypt_credential(credential: Credential, *, place: str, encryption: Encryption) -> str:
    """The credential, encrypted for the item `place` names."""
    return encryption.encrypt(credential.as_text(), _context(place))


def decrypt_credential(encrypted: str, *, place: str, encryption: Encryption) -> Credential:
    return Credential.from_text(encryption.decrypt(encrypted, _context(place)))


def handle_of(session: Session, *, mac: Mac) -> str:
    """The handle of the session's newest generation, for the client to keep."""
    tag = mac.of(rules.handle_message(session.id, session.generation))
    return rules.written(Handle(session.id, session.generation, tag))


def renew(
    text: str, *, sign_ins: SignIns, pool: UserPool, encryption: Encryption, mac: Mac, clock: Clock
) -> tuple[Tokens, str]:
    """New tokens and the next handle, for a handle that is the newest.

    The tokens are fetched before the handle moves on, so a failure of the pool costs nobody their session.
    An old handle ends the session for everybody who holds one.
    """
    handle = _proven(text, mac=mac)
    for _ in range(_RACES):
        session = sign_ins.session(handle.session_id)
        renewal = rules.renewal(session, handle, at=clock.now(), policy=policy_on(today(clock)))
        if session is None or renewal is Renewal.OVER:
            raise rules.SessionEnded()
        if renewal is Renewal.REVOKE:
            _end(session, sign_ins=sign_ins, pool=pool, encryption=encryption)
            raise rules.SessionEnded()
        tokens = _tokens(session, sign_ins=sign_ins, pool=pool, encryption=encryption)
        if renewal is Renewal.AGAIN:
            return tokens, handle_of(session, mac=mac)
        after = rules.renew(session, at=clock.now())
        next_handle = handle_of(after, mac=mac)
        if sign_ins.renew(after, before=session):
            return tokens, next_handle
    raise rules.SessionEnded()


def sign_out(text: str, *, sign_ins: SignIns, pool: UserPool, encryption: Encryption, mac: Mac) -> None:
    """End the session, here and in the pool. Signing out of what is over already is no error."""
    try:
        handle = _proven(text, mac=mac)
    except rules.SessionEnded:
        return
    session = sign_ins.session(handle.session_id)
    if session is not None and not session.ended:
        _end(session, sign_ins=sign_ins, pool=pool, encryption=encryption)


def _proven(text: str, *, mac: Mac) -> Handle:
    handle = rules.read(text)
    return rules.prove(handle, tag=mac.of(rules.handle_message(handle.session_id, handle.generation)))


def _tokens(session: Session, *, sign_ins: SignIns, pool: UserPool, encryption: Encryption) -> Tokens:
    tokens = pool.renew(decrypt_credential(session.encrypted, place=session.id, encryption=encryption))
    if tokens is None:
        sign_ins.end(session.id)
        raise rules.SessionEnded()
    return tokens


def _end(session: Session, *, sign_ins: SignIns, pool: UserPool, encryption: Encryption) -> None:
    """Our own door first: what the pool then says can no longer keep the session open."""
    sign_ins.end(session.id)
    pool.sign_out(decrypt_credential(session.encrypted, place=session.id, encryption=encryption))


def _context(place: str) -> dict[str, str]:
    return {"place": place, "field": _FIELD}
