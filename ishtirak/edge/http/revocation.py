"""Whether a caller's token was revoked after it was handed out: looked up once in a while, then remembered."""

from ishtirak.edge.http.remembered import Remembered
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.sessions.revocation import Revocations, is_revoked


class RevocationCheck:
    """Refuses tokens of who was signed out everywhere since; `SessionEnded`.

    At most one read of the table for each call, and none while what was read is fresh enough: a revocation takes
    effect in every process within `revocation_learnt_within`. When the table cannot be read, nobody is let in:
    `Unavailable`.
    """

    def __init__(self, revocations: Revocations, *, clock: Clock) -> None:
        self._revoked = Remembered(revocations.latest, clock=clock)

    def __call__(self, caller: Caller) -> None:
        revoked = self._revoked.of(caller.person_id)
        if is_revoked(caller.signed_in_at, revoked=revoked, sign_in_id=caller.sign_in_id):
            raise SessionEnded()
