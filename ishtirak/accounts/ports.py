"""What accounts need from the outside."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ishtirak.accounts.model import (
    Bill,
    Contributor,
    Establishment,
    Head,
    KeptPayment,
    LedgerEntry,
    Posting,
    RecordedPeriod,
)
from ishtirak.kernel.events import Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.parts import Part


class Register(Protocol):
    """السجل: where people, establishments, their periods, the ledger and the bills are kept.

    Reading is as of now. Writing is handed out as a `Part`, for whoever commits it together with its own
    reason.
    """

    def contributor(self, person_id: str) -> Contributor | None:
        """The person under this id."""

    def contributors(self, person_ids: Iterable[str]) -> Mapping[str, Contributor]:
        """Those of the people who are known, by id."""

    def by_identity(self, fingerprint: str) -> str | None:
        """The person id behind the keyed hash (hex) of an identity number."""

    def establishment(self, number: EstablishmentNumber) -> Establishment | None:
        """The employer under this unified number."""

    def acts_for(self, person_id: str) -> Sequence[EstablishmentNumber]:
        """The establishments the person may act for, in the order of their numbers."""

    def periods(self, person_id: str) -> Sequence[RecordedPeriod]:
        """Every period ever recorded for the person, reversed ones too, in the order of their first days."""

    def periods_with(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[RecordedPeriod]:
        """Standing periods with one employer in the order they were registered, from behind `after` (a
        `place_of`).

        May be a moment behind.
        """

    def head(self, person_id: str, system: System) -> Head:
        """Where the account stands; one of version 0 where nothing was posted."""

    def entries(self, person_id: str, system: System) -> Sequence[LedgerEntry]:
        """The account's ledger, in order."""

    def bill(self, bill_id: str) -> Bill | None:
        """The bill under this id."""

    def bill_under(self, reference: str) -> Bill | None:
        """The bill a payer knows by this reference."""

    def bills(self, person_id: str, system: System) -> Sequence[Bill]:
        """Every bill ever issued for the account, cancelled ones too, by day of issue."""

    def bills_of(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        """What an employer was billed, latest first, from behind `after` (a `bill_place`). May be a moment behind."""

    def bills_waiting(self, *, limit: int) -> Sequence[Bill]:
        """Bills about which a proposed decision waits, longest waiting first. May be a moment behind."""

    def payment(self, reference: str, *, digest: str | None = None) -> KeptPayment | None:
        """What became of the notice under this reference; with a digest, of one that used it again."""

    def unmatched(self, *, limit: int) -> Sequence[KeptPayment]:
        """Money no bill took, longest waiting first. May be a moment behind."""

    def posting(self, posting: Posting, *, head: Head) -> Part:
        """The writes of a posting.

        `ChangedMeanwhile` unless the account still stands at `head` and every bill changed is one version behind.
        """

    def keeping(self, payment: KeptPayment, *, event: Event | None = None) -> Part:
        """The writes that keep a payment; `ChangedMeanwhile` when its reference was just kept."""

    def commit(self, *writes: Part) -> None:
        """All of these parts of this register, or none."""

    def registering(self, contributor: Contributor, *, fingerprint: str) -> Part:
        """The writes that make a person known. `ChangedMeanwhile` when somebody else just did."""

    def enrolling(self, establishment: Establishment) -> Part:
        """The write that makes an employer known."""

    def appointing(self, person_id: str, number: EstablishmentNumber) -> Part:
        """The write that lets a person act for an employer."""


def place_of(period: RecordedPeriod) -> str:
    """Where a period stands in its employer's list: by when it was registered, ties by id."""
    return f"{period.registered_at}#{period.id}"


def bill_place(bill: Bill) -> str:
    """Where a bill stands in its debtor's list: by the day it was issued, ties by id."""
    return f"{bill.issued_on.isoformat()}#{bill.id}"
