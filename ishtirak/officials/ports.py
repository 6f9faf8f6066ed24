"""What officials need from the outside."""

from collections.abc import Sequence
from typing import Protocol

from ishtirak.kernel.transaction import Items
from ishtirak.officials.model import Official, OfficialChange, PendingInvitation, Standing


class Officials(Protocol):
    """The authority's own people."""

    def find(self, official_id: str) -> Official | None:
        """The official as of now."""

    def many(self, *, limit: int, after: str | None = None) -> Sequence[Official]:
        """Everybody who ever was invited, in the order of their ids, after one of them. May lag a moment."""

    def save(self, change: OfficialChange) -> Items:
        """The writes of a change, its event, and what tokens are held against. `ChangedMeanwhile` unless it still
        stands as it was read.
        """


class Standings(Protocol):
    """What tokens of officials are held against: all that most functions may read of officials."""

    def of(self, person_id: str) -> Standing | None:
        """As of now; None for who was never one by this table."""


class PendingInvitations(Protocol):
    """Invitations whose code was not entered yet."""

    def begin(self, invitation: PendingInvitation) -> Items:
        """The write of an invitation, beside its challenge."""

    def find(self, challenge_id: str) -> PendingInvitation | None:
        """The invitation of a challenge; None once it is gone, or where there was none."""
