"""Trying a name, and keeping, renewing and ending a session."""

from ishtirak.kernel.clock import Clock, today
from ishtirak.sessions import rules
from ishtirak.sessions.model import Credential, Handle, Renewal, Session, Tokens
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import Mac, SignIns, UserPool, Vault

_FIELD = "credential"
_RACES = 3


def attempt(name_tag: str, *, sign_ins: SignIns, clock: Clock) -> bool:
    """Whether this attempt on a name may count; one read and one write, whatever comes of it."""
    before = sign_ins.attempts(name_tag)
    after, admitted = rules.attempt(before, at=clock.now(), policy=policy_on(today(clock)))
    return sign_ins.attempted(after, before=before) and admitted


def seal(credential: Credential, *, place: str, vault: Vault) -> str:
    """The credential, sealed for the item `place` names."""
    return vault.seal(credential.as_text(), _context(place))


def unseal(sealed: str, *, place: str, vault: Vault) -> Credential:
    return Credential.from_text(vault.open(sealed, _context(place)))


def handle_of(session: Session, *, mac: Mac) -> str:
    """The handle of the session's newest generation, for the client to keep."""
    tag = mac.of(rules.handle_message(session.id, session.generation))
    return rules.written(Handle(session.id, session.generation, tag))


def renew(
    text: str, *, sign_ins: SignIns, pool: UserPool, vault: Vault, mac: Mac, clock: Clock
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
            _end(session, sign_ins=sign_ins, pool=pool, vault=vault)
            raise rules.SessionEnded()
        tokens = _tokens(session, sign_ins=sign_ins, pool=pool, vault=vault)
        if renewal is Renewal.AGAIN:
            return tokens, handle_of(session, mac=mac)
        after = rules.renew(session, at=clock.now())
        next_handle = handle_of(after, mac=mac)
        if sign_ins.renewed(after, before=session):
            return tokens, next_handle
    raise rules.SessionEnded()


def sign_out(text: str, *, sign_ins: SignIns, pool: UserPool, vault: Vault, mac: Mac) -> None:
    """End the session, here and in the pool. Signing out of what is over already is no error."""
    try:
        handle = _proven(text, mac=mac)
    except rules.SessionEnded:
        return
    session = sign_ins.session(handle.session_id)
    if session is not None and not session.ended:
        _end(session, sign_ins=sign_ins, pool=pool, vault=vault)


def _proven(text: str, *, mac: Mac) -> Handle:
    handle = rules.read(text)
    return rules.prove(handle, tag=mac.of(rules.handle_message(handle.session_id, handle.generation)))


def _tokens(session: Session, *, sign_ins: SignIns, pool: UserPool, vault: Vault) -> Tokens:
    tokens = pool.renew(unseal(session.sealed, place=session.id, vault=vault))
    if tokens is None:
        sign_ins.end(session.id)
        raise rules.SessionEnded()
    return tokens


def _end(session: Session, *, sign_ins: SignIns, pool: UserPool, vault: Vault) -> None:
    """Our own door first: what the pool then says can no longer keep the session open."""
    sign_ins.end(session.id)
    pool.sign_out(unseal(session.sealed, place=session.id, vault=vault))


def _context(place: str) -> dict[str, str]:
    return {"place": place, "field": _FIELD}
