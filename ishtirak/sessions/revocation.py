"""Since when what a person holds is good no longer. Every function people call loads this: it needs nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ishtirak.kernel.transaction import Items


@dataclass(frozen=True)
class Revocation:
    """What of a person's is revoked: all from a sign-in at `at` or before, but the one `spared`; and what is `ended`.

    Sign-ins are named as the tokens name them (`Caller.sign_in_id`).
    """

    at: datetime | None = None
    spared: str | None = None
    ended: frozenset[str] = frozenset()


NOTHING_REVOKED = Revocation()


class Revocations(Protocol):
    """Since when the tokens and sessions of a person are good no longer."""

    def latest(self, person_id: str) -> Revocation:
        """What is recorded; `NOTHING_REVOKED` when nothing is."""

    def revoke(self, person_id: str, *, at: datetime) -> None:
        """Whoever gave the password at this moment or before has to give it again. A later record stands."""

    def revoking(self, person_id: str, *, at: datetime, spare: str | None) -> Items:
        """The write of the same with an effect, sparing one sign-in. `ChangedMeanwhile` where a later record stands."""

    def ending(self, person_id: str, *, sign_in_id: str, at: datetime) -> Items:
        """The write that revokes one sign-in of the person, at a moment."""


def is_revoked(
    signed_in_at: datetime | None, *, revoked: Revocation = NOTHING_REVOKED, sign_in_id: str | None = None
) -> bool:
    """Whether what was given to who signed in then is good no longer; what does not say when is as old as can be.

    Tokens tell whole seconds, so one of the very second of the revocation is revoked.
    """
    if sign_in_id is not None and sign_in_id in revoked.ended:
        return True
    if revoked.at is None or (sign_in_id is not None and sign_in_id == revoked.spared):
        return False
    return signed_in_at is None or signed_in_at <= revoked.at
