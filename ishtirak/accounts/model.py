"""What the register holds. Everything is frozen; money is whole halalas; days are Gregorian and both ends
count.

An **account** is one person in one system. Its ledger is append-only; its **head** says where the ledger
stands and is replaced, on a condition, in every posting, so that two postings never build on the same state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import CivilDate, Day
from ishtirak.kernel.events import GENESIS, Chain, Event
from ishtirak.kernel.identity import EstablishmentNumber, IdentityKind
from ishtirak.kernel.insurance import Law, Nationality, Route, Sex, System
from ishtirak.kernel.months import Month

LARGEST_AMOUNT: Final = 10**12

Halala = Annotated[int, Field(strict=True, ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]
Owed = Annotated[int, Field(strict=True, ge=0, le=LARGEST_AMOUNT)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,39}$")]


class Value(BaseModel):
    """A frozen value that refuses what it does not know and never repeats it in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Sector(StrEnum):
    """Who employs: a business, a body with its own budget, the state, or its forces."""

    PRIVATE = "PRIVATE"
    SEMI_GOVERNMENT = "SEMI_GOVERNMENT"
    GOVERNMENT = "GOVERNMENT"
    MILITARY = "MILITARY"


class Contributor(Value):
    """المشترك: a person the register knows, under an opaque id that is never reused.

    The identity number is here as ciphertext only; the birth date is that of the first registration.
    """

    person_id: Id
    sealed_identity: str = Field(repr=False)
    masked_identity: str
    kind: IdentityKind
    birth_date: CivilDate = Field(repr=False)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    sex: Sex
    name_ar: str = Field(min_length=2, max_length=200, repr=False)
    name_en: str = Field(min_length=2, max_length=200, repr=False)
    language: str = Field(default="ar", pattern=r"^(ar|en)$")
    uncompensated_before_new_law: frozenset[System] = frozenset()
    """The systems with a period before 3 July 2024 and no compensation paid for it: they decide the law."""
    registered_at: str

    @property
    def nationality(self) -> Nationality:
        return Nationality.of(self.country)

    @property
    def military_history_only(self) -> bool:
        """The case the transition clauses do not name: a person decides which law applies."""
        return self.uncompensated_before_new_law == {System.MILITARY_PENSION}


def sealing_context(person_id: str) -> dict[str, str]:
    """What the ciphertext of an identity number is bound to: on another person's item it does not open."""
    return {"table": "Register", "pk": f"PERSON#{person_id}", "field": "identity"}


class Establishment(Value):
    """المنشأة: an employer the register knows; `single_owner` is the person who owns it alone, if any."""

    number: EstablishmentNumber
    name_ar: str = Field(min_length=2, max_length=200)
    name_en: str = Field(min_length=2, max_length=200)
    sector: Sector
    single_owner: Id | None = None
    registered_at: str


class WageLine(Value):
    """بند أجر: the monthly wage from one month on, to a last one or without end."""

    first_month: Month
    last_month: Month | None = None
    basic: Owed
    housing: Owed = 0
    housing_in_kind: bool = False
    commission: Owed = 0
    transport: Owed = 0
    other: Owed = 0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_month is not None and self.last_month < self.first_month:
            raise PydanticCustomError("wage_line_order", "A wage line ends in or after its first month")
        return self


class SourceKind(StrEnum):
    """What a period rests on."""

    REQUEST = "REQUEST"
    CONTRACT = "CONTRACT"
    MIGRATION = "MIGRATION"
    PAYMENT = "PAYMENT"
    DECISION = "DECISION"


class Source(Value):
    """The paper behind a posting: a request, a version of a contract, a payment, an officer's decision."""

    kind: SourceKind
    reference: str = Field(min_length=1, max_length=100)
    version: int = Field(ge=1)


class PeriodState(StrEnum):
    """`ACTIVE` and `ENDED` both stand (the end was reported); a `REVERSED` period counts for nothing."""

    ACTIVE = "ACTIVE"
    ENDED = "ENDED"
    REVERSED = "REVERSED"


class Span(Value):
    """The days of a period with an employer: all that overlap is decided on."""

    period_id: Id
    establishment: EstablishmentNumber
    starts_on: Day
    ends_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self

    def overlaps(self, other: "Span") -> bool:
        """Whether any day is in both; an open end is after every day."""
        starts_in_time = other.ends_on is None or self.starts_on <= other.ends_on
        ends_late_enough = self.ends_on is None or other.starts_on <= self.ends_on
        return starts_in_time and ends_late_enough


class RecordedPeriod(Value):
    """مدة مسجلة: a period of service with one employer; `ends_on` is None while it goes on.

    `law` is None where the engine has not decided it yet (a contract names a wage, not a law). `revision`
    grows with every change of the period.
    """

    id: Id
    revision: int = Field(default=1, ge=1)
    person_id: Id
    establishment: EstablishmentNumber
    system: System
    starts_on: Day
    ends_on: Day | None = None
    wages: tuple[WageLine, ...] = Field(min_length=1, max_length=120)
    occupation_code: str = Field(pattern=r"^[0-9]{4,8}$")
    work_type: Code
    law: Law | None = None
    route: Route = Route.ON_TIME
    source: Source
    state: PeriodState = PeriodState.ACTIVE
    flags: tuple[Code, ...] = ()
    registered_at: str

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self

    @property
    def span(self) -> Span:
        return Span(
            period_id=self.id,
            establishment=self.establishment,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )

    @property
    def stands(self) -> bool:
        return self.state is not PeriodState.REVERSED


class EntryKind(StrEnum):
    """`POST` adds a period and its contributions; `REVERSAL` undoes one earlier `POST`, whole.

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
    worker: Halala
    employer: Halala


class CoveredRow(Value):
    """What money came to cover, or ceased to, of one month: of its contribution, and of its fine."""

    month: Month
    contribution: Halala
    fine: Halala


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
    credit: Halala = 0
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

    worker: Halala = 0
    employer: Halala = 0

    def plus(self, rows: Iterable[LedgerRow]) -> "Totals":
        kept = tuple(rows)
        return Totals(
            worker=self.worker + sum(row.worker for row in kept),
            employer=self.employer + sum(row.employer for row in kept),
        )


class Received(Value):
    """What all the money received for an account covers by now; the three add up to what was paid."""

    contributions: Halala = 0
    fines: Halala = 0
    credit: Halala = 0

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


class Head(Value):
    """Where one person's account in one system stands. `version` 0 says nothing was ever posted."""

    person_id: Id
    system: System
    version: int = 0
    projection: Projection = Projection()
    chain_seq: int = 0
    chain_hash: str = GENESIS

    @property
    def chain(self) -> Chain:
        return Chain(seq=self.chain_seq, head=self.chain_hash)

    @property
    def subject(self) -> str:
        """The name of the account as an aggregate: in events, and in the log."""
        return f"{self.person_id}/{self.system}"


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
    amount: Owed
    paid_on: Day


class DecisionKind(StrEnum):
    """What an officer may decide about a bill."""

    WAIVER = "WAIVER"
    INSTALMENTS = "INSTALMENTS"
    EXTENSION = "EXTENSION"


class DecisionState(StrEnum):
    """A `PROPOSED` one has no effect until a supervisor who is somebody else approves it."""

    PROPOSED = "PROPOSED"
    IN_FORCE = "IN_FORCE"
    DECLINED = "DECLINED"


class WaivedFine(Value):
    """How much of a month's fine is let off."""

    month: Month
    amount: Owed


class Instalment(Value):
    """قسط: a part of what was due when the plan was made, and the day it is to be paid by."""

    due_on: Day
    amount: Owed


class BillDecision(Value):
    """قرار: a waiver of fines (regulation art. 25), a plan of instalments (arts. 29-31) or the longer counting of
    unpaid months (art. 35), with its reason; `by` and `approved_by` are never one person.
    """

    id: Id
    kind: DecisionKind
    state: DecisionState
    reason_code: Code
    note: str = Field(min_length=3, max_length=1000)
    by: str
    at: str
    decided_on: Day
    approved_by: str | None = None
    approved_at: str | None = None
    board_resolution: str | None = None
    waived: tuple[WaivedFine, ...] = ()
    guarantee: str | None = None
    received_before: Owed = 0
    """What had been received when the plan was made: later money pays its instalments."""
    instalments: tuple[Instalment, ...] = ()

    @property
    def in_force(self) -> bool:
        return self.state is DecisionState.IN_FORCE

    @property
    def amount(self) -> int:
        """What it is about: the fines let off, or the sum put off."""
        return sum(fine.amount for fine in self.waived) + sum(part.amount for part in self.instalments)


class BillRow(Value):
    """One month of a bill: both shares of the contribution, and the fine for the delay."""

    month: Month
    worker: Owed
    employer: Owed
    fine: Owed = 0

    @property
    def contribution(self) -> int:
        return self.worker + self.employer


class Bill(Value):
    """فاتورة: what the employer owes for a period as of a day, the worker's share included (law art. 9).

    The rows are as on the day of issue. What is due on a later day follows from them, from `payments` and from the
    decisions in force (`bills.Reckoning`); nothing of it is stored. `version` grows with every change.
    """

    id: Id
    reference: str = Field(min_length=1, max_length=40)
    person_id: Id
    system: System
    period_id: Id
    debtor: EstablishmentNumber
    issued_on: Day
    rows: tuple[BillRow, ...] = Field(min_length=1)
    contributions: Owed
    fines: Owed
    total: Owed
    source: Source
    state: BillState = BillState.ISSUED
    version: int = Field(default=1, ge=1)
    route: Route = Route.ON_TIME
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

    @property
    def received(self) -> int:
        """Everything that was ever paid on it."""
        return sum(payment.amount for payment in self.payments)

    @property
    def open(self) -> bool:
        """Whether anything may still be owed on it."""
        return self.state in (BillState.ISSUED, BillState.PARTLY_PAID)

    @property
    def waiting(self) -> BillDecision | None:
        """The decision that waits for its approval; there is at most one."""
        return next((one for one in self.decisions if one.state is DecisionState.PROPOSED), None)

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


class KeptPayment(Value):
    """What became of one payment notice. There is one under each reference; the same again changes nothing.

    A notice that uses a reference again for something else is kept beside it, as unmatched, under its own digest.
    """

    reference: str
    bill_reference: str
    amount: Owed
    paid_at: str
    digest: str
    message_id: str
    received_at: str
    state: PaymentState
    bill_id: Id | None = None
    reason: UnmatchedReason | None = None


class StatementMonth(Value):
    """One month of a statement: what stands after every reversal, branch by branch."""

    month: Month
    rows: tuple[LedgerRow, ...]
    worker: Halala
    employer: Halala


class Statement(Value):
    """كشف الاشتراكات: an account's standing contributions by month, and what they add up to."""

    months: tuple[StatementMonth, ...]
    totals: Totals


@dataclass(frozen=True)
class Posting:
    """One change of an account, whole: made by `rules` from a head, stored by `Register.posting` on it."""

    after: Head
    periods: tuple[RecordedPeriod, ...]
    entries: tuple[LedgerEntry, ...]
    event: Event
    bill: Bill | None = None
    """The bill it issues."""
    changed: tuple[Bill, ...] = ()
    """Bills as they are after it, each one version on."""
