"""The sessions of a signed-in person: seen, and ended one by one or all but the one they ask from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.transaction import NO_ITEMS, Transaction
from ishtirak.sessions.model import Session
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns
from ishtirak.sessions.revocation import Revocations, is_revoked
from ishtirak.sessions.rules import ends_at


@dataclass(frozen=True)
class LiveSession:
    """A session that is not over, and whether the call came from it."""

    session: Session
    ends_at: datetime
    current: bool


def list_my_sessions(
    *, by: Caller, sign_ins: SignIns, revocations: Revocations, clock: Clock
) -> Sequence[LiveSession]:
    """The caller's sessions that are not over, the newest first, at most a hundred."""
    revoked = revocations.latest(by.person_id)
    policy, now = policy_on(today(clock)), clock.now()
    return [
        LiveSession(
            session,
            ends_at(session, policy=policy),
            current=session.sign_in_id is not None and session.sign_in_id == by.sign_in_id,
        )
        for session in sign_ins.sessions_of(by.person_id)
        if not session.ended
        and now < ends_at(session, policy=policy)
        and not is_revoked(session.started_at, revoked=revoked, sign_in_id=session.sign_in_id)
    ]


def end_my_session(
    session_id: str,
    *,
    by: Caller,
    sign_ins: SignIns,
    revocations: Revocations,
    clock: Clock,
    transaction: Transaction,
) -> None:
    """Nothing of this session is accepted any more: its handle at once, its tokens within a minute.

    Ending it again changes nothing. Raises `NotFound` for one that is not the caller's, as for none.
    """
    session = sign_ins.session(session_id)
    if session is None:
        raise NotFound()
    by.require_owner(session.person_id)
    tokens = (
        revocations.ending(by.person_id, sign_in_id=session.sign_in_id, at=clock.now())
        if session.sign_in_id
        else NO_ITEMS
    )
    transaction.commit(sign_ins.ending(session), tokens)


def end_other_sessions(
    *, by: Caller, revocations: Revocations, clock: Clock, transaction: Transaction
) -> None:
    """Every session but the one the call came from is over, and its tokens within a minute.

    A token that does not say which sign-in it is from ends all of them, itself included.
    """
    transaction.commit(revocations.revoking(by.person_id, at=clock.now(), spare=by.sign_in_id))
