"""Since when what a person holds is good no longer. Every function people call loads this: it needs nothing else."""

from datetime import datetime
from typing import Protocol


class Revocations(Protocol):
    """Since when the tokens and sessions of a person are good no longer."""

    def latest(self, person_id: str) -> datetime | None:
        """The latest moment that was recorded; None when there is none."""

    def revoke(self, person_id: str, *, at: datetime) -> None:
        """Whoever gave the password at this moment or before has to give it again. A later record stands."""


def is_revoked(signed_in_at: datetime | None, *, revoked_at: datetime | None) -> bool:
    """Whether what was given to who signed in then is good no longer; what does not say when is as old as can be.

    Tokens tell whole seconds, so one of the very second of the revocation is revoked.
    """
    return revoked_at is not None and (signed_in_at is None or signed_in_at <= revoked_at)
