"""Bills, payments of them, and decisions about them, as they are kept."""

from enum import StrEnum
from typing import Any, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.kernel.dates import Day
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Route, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Amount, Code, Id, Value
from ishtirak.register.periods import Source

SOURCE: Final = "ishtirak.billing"
"""What events about bills and payments say they come from."""


class BillState(StrEnum):
    """`SETTLED` owes nothing on any day; `CANCELLED` never will: its period was undone."""

    ISSUED = "ISSUED"
    PARTLY_PAID = "PARTLY_PAID"
    SETTLED = "SETTLED"
    CANCELLED = "CANCELLED"


class Payment(Value):
    """سداد: money received for a bill, by the payment system's own reference.

    `paid_on` is the day, in the kingdom, that it counts from, whenever it came to be known.
    """

    reference: str = Field(min_length=1, max_length=40)
    amount: Amount
    paid_on: Day


class DecisionKind(StrEnum):
    """What an officer may decide about a bill."""

    WAIVER = "WAIVER"
    INSTALMENTS = "INSTALMENTS"
    EXTENSION = "EXTENSION"


class BillReason(StrEnum):
    """Why something is decided about a bill; each has its text in both languages."""

    EMPLOYER_IN_DIFFICULTY = "EMPLOYER_IN_DIFFICULTY"
    DELAY_NOT_THE_EMPLOYERS = "DELAY_NOT_THE_EMPLOYERS"
    ERROR_OF_THE_AUTHORITY = "ERROR_OF_THE_AUTHORITY"
    REGISTERED_VOLUNTARILY = "REGISTERED_VOLUNTARILY"
    OTHER = "OTHER"


class DecisionState(StrEnum):
    """A `PROPOSED` one has no effect until a supervisor who is somebody else approves it."""

    PROPOSED = "PROPOSED"
    IN_FORCE = "IN_FORCE"
    DECLINED = "DECLINED"


class WaivedFine(Value):
    """How much of a month's fine is waived."""

    month: Month
    amount: Amount = Field(gt=0)


class Instalment(Value):
    """قسط: a part of what was due when the plan was made, and the day it is to be paid by."""

    due_on: Day
    amount: Amount = Field(gt=0)


class DecisionBasis(Value):
    """What a decision is about: the period as it was billed. An amendment makes it another one, a payment does not."""

    period_id: Id
    contributions: Amount


class BillDecision(Value):
    """قرار: a waiver of fines (regulation art. 25), a plan of instalments (arts. 29-31) or the longer counting of
    unpaid months (art. 35), with its reason; `by` and `approved_by` are never one person.
    """

    id: Id
    kind: DecisionKind
    state: DecisionState
    basis: DecisionBasis
    reason_code: Code
    note: str = Field(min_length=3, max_length=1000)
    by: str
    at: str
    decided_on: Day
    approved_by: str | None = None
    approved_at: str | None = None
    board_resolution: str | None = None
    percent: int = Field(default=0, ge=0, le=100)
    """How much of each month's fine is waived; `waived` is what that came to when it was proposed."""
    waived: tuple[WaivedFine, ...] = ()
    guarantee: str | None = None
    received_before: Amount = 0
    """What had been received when it was put in force: later money pays the instalments of a plan."""
    instalments: tuple[Instalment, ...] = ()

    @property
    def in_force(self) -> bool:
        return self.state is DecisionState.IN_FORCE

    @property
    def amount(self) -> int:
        """What it is about: the fines waived, or the sum payable in instalments."""
        return sum(fine.amount for fine in self.waived) + sum(part.amount for part in self.instalments)


class BillRow(Value):
    """One month of a bill: both shares of the contribution, and the fine for the delay.

    `route` is that of the days billed: in some systems it decides from when the fine runs. `due_on` is set where the
    month's own due day does not count, because another employer's change made it owed later.
    """

    month: Month
    worker: Amount
    employer: Amount
    fine: Amount = 0
    route: Route = Route.ON_TIME
    due_on: Day | None = None

    @property
    def contribution(self) -> int:
        return self.worker + self.employer


class Bill(Value):
    """فاتورة: what the employer owes for a period as of a day, the worker's share included (law art. 9).

    The rows are as on the day of issue. What is due on a later day follows from them, from `payments` and from the
    decisions in force (`BillCalculator`); nothing of it is stored. `version` grows with every change.
    """

    id: Id
    reference: str = Field(min_length=1, max_length=40)
    person_id: Id
    system: System
    period_id: Id
    debtor: EstablishmentNumber
    issued_on: Day
    rows: tuple[BillRow, ...] = Field(min_length=1)
    contributions: Amount
    fines: Amount
    total: Amount
    source: Source
    state: BillState = BillState.ISSUED
    version: int = Field(default=1, ge=1)
    requested_on: Day | None = None
    payments: tuple[Payment, ...] = ()
    decisions: tuple[BillDecision, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        contributions = sum(row.contribution for row in self.rows)
        fines = sum(row.fine for row in self.rows)
        if (self.contributions, self.fines, self.total) != (contributions, fines, contributions + fines):
            raise PydanticCustomError("bill_adds_up", "The totals of a bill are the sums of its rows")
        return self

    @classmethod
    def of(cls, rows: tuple[BillRow, ...], **facts: Any) -> "Bill":
        """The bill over these rows, its totals added up."""
        contributions = sum(row.contribution for row in rows)
        fines = sum(row.fine for row in rows)
        total = contributions + fines
        return cls(rows=rows, contributions=contributions, fines=fines, total=total, **facts)

    def row(self, month: Month) -> BillRow:
        """Its row of a month it asks something of; KeyError for another."""
        found = next((row for row in self.rows if row.month == month), None)
        if found is None:
            raise KeyError(str(month))
        return found

    @property
    def received(self) -> int:
        """Everything that was ever paid on it."""
        return sum(payment.amount for payment in self.payments)

    @property
    def open(self) -> bool:
        """Whether anything may still be owed on it."""
        return self.state in (BillState.ISSUED, BillState.PARTLY_PAID)

    @property
    def basis(self) -> DecisionBasis:
        """What a decision made about it now would be about."""
        return DecisionBasis(period_id=self.period_id, contributions=self.contributions)

    @property
    def waiting(self) -> BillDecision | None:
        """The decision that waits for its approval; there is at most one."""
        return next((each for each in self.decisions if each.state is DecisionState.PROPOSED), None)

    def changed(self, **facts: Any) -> "Bill":
        """Its next version, checked like every bill."""
        return Bill.model_validate(dict(self) | facts | {"version": self.version + 1})


class PaymentState(StrEnum):
    """An `UNMATCHED` payment belongs to no open bill: it is kept for an officer to look at."""

    APPLIED = "APPLIED"
    UNMATCHED = "UNMATCHED"


class UnmatchedReason(StrEnum):
    """Why money was received that no bill takes."""

    BILL_UNKNOWN = "BILL_UNKNOWN"
    BILL_CANCELLED = "BILL_CANCELLED"
    PAID_BEFORE_THE_BILL = "PAID_BEFORE_THE_BILL"
    PAID_IN_THE_FUTURE = "PAID_IN_THE_FUTURE"
    TOO_MANY_PAYMENTS = "TOO_MANY_PAYMENTS"
    REFERENCE_REUSED = "REFERENCE_REUSED"


class PaymentRecord(Value):
    """What became of one payment notice. There is one under each reference; the same again changes nothing.

    A notice that uses a reference again for something else is kept beside it, as unmatched, under its own digest.
    """

    reference: str
    bill_reference: str
    amount: Amount
    paid_at: str
    digest: str
    message_id: str
    received_at: str
    state: PaymentState
    bill_id: Id | None = None
    reason: UnmatchedReason | None = None

    @property
    def aggregate(self) -> Aggregate:
        reused = self.reason is UnmatchedReason.REFERENCE_REUSED
        return payment_aggregate(self.reference, reused_by=self.digest if reused else None)


def payment_aggregate(reference: str, *, reused_by: str | None = None) -> Aggregate:
    """What a payment's event is about; one that reused a reference is distinguished by its digest."""
    return Aggregate(AggregateKind.PAYMENT, f"{reference}/{reused_by}" if reused_by else reference)
