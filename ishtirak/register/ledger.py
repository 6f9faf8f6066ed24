"""An account: one person in one system. Its ledger is append-only; its state says where the ledger stands and is
replaced, on a condition, in every posting, so that two postings never build on the same state.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Code, Id, SignedAmount, Value
from ishtirak.register.periods import RecordedPeriod, Source, Span


class EntryKind(StrEnum):
    """`POST` adds a period and its contributions; `REVERSAL` undoes one earlier `POST` entirely.

    `PAYMENT` says what a payment of a bill covered; `ALLOCATION` says that money already received covers other
    things than before: after a waiver, an amended period or a reversed one. What it moves adds up to nothing.
    """

    POST = "POST"
    REVERSAL = "REVERSAL"
    PAYMENT = "PAYMENT"
    ALLOCATION = "ALLOCATION"


MONEY_KINDS: Final = frozenset({EntryKind.PAYMENT, EntryKind.ALLOCATION})


class LedgerRow(Value):
    """What one branch gets for one month, from each side; negative in a reversal."""

    month: Month
    branch: Code
    worker: SignedAmount
    employer: SignedAmount


class CoveredRow(Value):
    """What money came to cover, or ceased to, of one month: of its contribution, and of its fine."""

    month: Month
    contribution: SignedAmount
    fine: SignedAmount


class LedgerEntry(Value):
    """قيد: one line of an account's ledger, never changed: a later line that refers to it undoes it.

    `rows` hold what became due; `covered` and `credit` what became of money, of one bill, in or out.
    """

    person_id: Id
    system: System
    seq: int = Field(ge=1)
    kind: EntryKind
    span: Span
    rows: tuple[LedgerRow, ...] = ()
    refers_to: int | None = None
    bill_id: Id | None = None
    covered: tuple[CoveredRow, ...] = ()
    credit: SignedAmount = 0
    source: Source
    at: str

    @model_validator(mode="after")
    def _a_reversal_refers_back(self) -> Self:
        if (self.kind is EntryKind.REVERSAL) != (self.refers_to is not None):
            raise PydanticCustomError(
                "reversal_refers_back", "A reversal, and nothing else, refers to an entry"
            )
        if self.refers_to is not None and self.refers_to >= self.seq:
            raise PydanticCustomError("reversal_refers_back", "A reversal refers to an earlier entry")
        return self

    @model_validator(mode="after")
    def _money_is_of_a_bill(self) -> Self:
        if (self.kind in MONEY_KINDS) != (self.bill_id is not None):
            raise PydanticCustomError("money_of_a_bill", "Money, and nothing else, belongs to a bill")
        if self.bill_id is None and (self.covered or self.credit):
            raise PydanticCustomError("money_of_a_bill", "Only an entry of money covers anything")
        if self.bill_id is not None and self.rows:
            raise PydanticCustomError("money_of_a_bill", "An entry of money makes nothing due")
        return self

    @property
    def money(self) -> int:
        """What came in with this entry: nothing, where money only covers other things than before."""
        return sum(row.contribution + row.fine for row in self.covered) + self.credit


class Totals(Value):
    """What the standing entries add up to, by side."""

    worker: SignedAmount = 0
    employer: SignedAmount = 0

    def plus(self, rows: Iterable[LedgerRow]) -> "Totals":
        kept = tuple(rows)
        return Totals(
            worker=self.worker + sum(row.worker for row in kept),
            employer=self.employer + sum(row.employer for row in kept),
        )


class Received(Value):
    """What all the money received for an account covers by now; the three add up to what was paid."""

    contributions: SignedAmount = 0
    fines: SignedAmount = 0
    credit: SignedAmount = 0

    def plus(self, entry: LedgerEntry) -> "Received":
        return Received(
            contributions=self.contributions + sum(row.contribution for row in entry.covered),
            fines=self.fines + sum(row.fine for row in entry.covered),
            credit=self.credit + entry.credit,
        )


class Projection(Value):
    """What the ledger of one account says, in short: always `rules.projection` of its entries."""

    last_seq: int = 0
    standing: tuple[Span, ...] = ()
    totals: Totals = Totals()
    received: Received = Received()


class AccountState(Value):
    """Where one person's account in one system stands. `version` 0 says nothing was ever posted."""

    person_id: Id
    system: System
    version: int = 0
    projection: Projection = Projection()
    chain: Chain = Chain()

    @property
    def aggregate(self) -> Aggregate:
        return Aggregate(AggregateKind.ACCOUNT, f"{self.person_id}/{self.system.value}")


@dataclass(frozen=True)
class AccountChange:
    """A change of an account before it is an event: its entries, the periods after it, and what its event says."""

    type: str
    entries: tuple[LedgerEntry, ...]
    periods: tuple[RecordedPeriod, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Posting:
    """One complete change of an account: made by `rules.advance` from a state, stored by `Accounts.save` on it."""

    after: AccountState
    periods: tuple[RecordedPeriod, ...]
    entries: tuple[LedgerEntry, ...]
    event: Event
