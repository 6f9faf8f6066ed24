"""What delegations need from the outside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ishtirak.delegations.model import Delegation, DelegationChange, PendingOffer
from ishtirak.eventlog.event import Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items


class Delegations(Protocol):
    """Where delegations are kept, with everything that ever happened to them."""

    def find(self, delegation_id: str) -> Delegation | None:
        """The delegation as it is now."""

    def of_person(self, person_id: str) -> Sequence[Delegation]:
        """What was ever offered to somebody, as it is now, in the order of the establishments' numbers."""

    def of_establishment(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Delegation]:
        """What an establishment ever offered, in the order of their ids, after one of them. May lag a moment."""

    def save(self, change: DelegationChange) -> Items:
        """The writes of a change and its event. `ChangedMeanwhile` unless it still stands as it was read."""

    def history(self, delegation_id: str) -> Sequence[Event]:
        """Everything that happened to it, in order."""


class VerificationTries(Protocol):
    """How often pairs of number and birth date were tried: by somebody, and for a number."""

    def spend(self, subject: str, *, limit: int, span: timedelta, now: datetime) -> bool:
        """Count one more try, in one write, before anything is compared; False when it was over the limit.

        It counts in the span of time that `now` is in, whatever comes of it.
        """


class PendingOffers(Protocol):
    """Offers whose code was not entered yet."""

    def begin(self, offer: PendingOffer) -> Items:
        """The write of an offer, beside its challenge."""

    def find(self, challenge_id: str) -> PendingOffer | None:
        """The offer of a challenge; None once it is gone, or where there was none."""
