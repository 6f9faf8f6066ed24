"""Whether a caller's token was revoked after it was handed out: looked up once in a while, then remembered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.sessions.revocation import Revocation, Revocations, is_revoked

MOST_REMEMBERED: Final = 1000
"""People whose revocations one process remembers; then it begins anew."""


@dataclass(frozen=True)
class _Learnt:
    """What the table said of a person, and when."""

    revoked: Revocation
    at: datetime


class RevocationCheck:
    """Refuses tokens of who was signed out everywhere since; `SessionEnded`.

    At most one read of the table for each call, and none while what was read is fresh enough: a revocation takes
    effect in every process within `revocation_learnt_within`. When the table cannot be read, nobody is let in:
    `Unavailable`.
    """

    def __init__(self, revocations: Revocations, *, clock: Clock) -> None:
        self._revocations = revocations
        self._clock = clock
        self._learnt: dict[str, _Learnt] = {}

    def __call__(self, caller: Caller) -> None:
        revoked = self._revoked(caller.person_id)
        if is_revoked(caller.signed_in_at, revoked=revoked, sign_in_id=caller.sign_in_id):
            raise SessionEnded()

    def _revoked(self, person_id: str) -> Revocation:
        now, fresh = self._clock.now(), policy_on(today(self._clock)).revocation_learnt_within
        learnt = self._learnt.get(person_id)
        if learnt is None or not learnt.at <= now < learnt.at + fresh:
            learnt = _Learnt(self._revocations.latest(person_id), now)
            if len(self._learnt) >= MOST_REMEMBERED:
                self._learnt.clear()
            self._learnt[person_id] = learnt
        return learnt.revoked
