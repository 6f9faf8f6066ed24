"""What billing needs from the outside. Writing is handed out as `Items`."""

from collections.abc import Sequence
from typing import Protocol

from ishtirak.billing.model import Bill, PaymentRecord
from ishtirak.eventlog.event import Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Items


class Bills(Protocol):
    """الفواتير: every bill ever issued."""

    def find(self, bill_id: str) -> Bill | None:
        """The bill under this id, as of now."""

    def by_reference(self, reference: str) -> Bill | None:
        """The bill a payer knows by this reference."""

    def of_account(self, person_id: str, system: System) -> Sequence[Bill]:
        """Every bill ever issued for the account, cancelled ones too, by day of issue."""

    def of_debtor(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        """What an employer was billed, latest first, after `after` (a `bill_position`). May lag a moment."""

    def open_of_debtor(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        """What an employer was billed and may still owe, oldest first, after `after` (a `bill_position`).

        May lag a moment; whatever is given is open.
        """

    def awaiting_decision(self, *, limit: int, after: str | None = None) -> Sequence[Bill]:
        """Bills whose proposed decision waits, longest waiting first, after `after` (a `decision_position`).

        May lag a moment; whatever is given still waits.
        """

    def save(self, *, issued: Sequence[Bill] = (), changed: Sequence[Bill] = ()) -> Items:
        """The writes of bills issued and of bills changed.

        `ChangedMeanwhile` unless every changed bill is the next version of the stored one.
        """


class Payments(Protocol):
    """المدفوعات: what became of every payment notice."""

    def find(self, reference: str, *, digest: str | None = None) -> PaymentRecord | None:
        """What became of the notice under this reference; with a digest, of one that used it again."""

    def unmatched(self, *, limit: int, after: str | None = None) -> Sequence[PaymentRecord]:
        """Money no bill took, longest waiting first, after `after` (a `payment_position`). May lag a moment."""

    def save(self, record: PaymentRecord, *, event: Event | None = None) -> Items:
        """The writes that keep a payment; `ChangedMeanwhile` when its reference was just recorded."""


def bill_position(bill: Bill) -> str:
    """Where a bill stands in its debtor's list: by the day it was issued, ties by id."""
    return f"{bill.issued_on.isoformat()}#{bill.id}"


def decision_position(bill: Bill) -> str:
    """Where a bill stands in the list of decisions that wait: by when its decision was proposed, ties by id."""
    if bill.waiting is None:
        raise ValueError("no decision about the bill waits")
    return f"{bill.waiting.at}#{bill.id}"


def payment_position(record: PaymentRecord) -> str:
    """Where money stands in the list of what no bill took: by when it was received, ties by its aggregate."""
    return f"{record.received_at}#{record.aggregate.key}"
