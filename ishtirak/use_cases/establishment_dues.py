"""What an establishment may still owe today, and whether it is in compliance (regulation art. 12)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ishtirak.billing.calculator import BillCalculator, Settlement
from ishtirak.billing.model import Bill, BillState
from ishtirak.billing.plans import instalments_on
from ishtirak.billing.ports import Bills, bill_position
from ishtirak.kernel.identity import EstablishmentNumber

_AT_ONCE: Final = 100
MOST_OPEN: Final = 1_000
"""Open bills that are added up; nobody who has more is in compliance."""


class OpenReason(StrEnum):
    """Why an establishment is not in compliance; each has its text in both languages."""

    BILL_OVERDUE = "BILL_OVERDUE"
    INSTALMENT_OVERDUE = "INSTALMENT_OVERDUE"
    TOO_MANY_OPEN = "TOO_MANY_OPEN"


@dataclass(frozen=True)
class OpenSum:
    """Open bills in one state, and what is due on them today, in halalas."""

    bills: int = 0
    due: int = 0


@dataclass(frozen=True)
class EstablishmentDues:
    """مستحقات المنشأة: what is due on every open bill, when the next of it falls due, and what is overdue.

    `complete` is False beyond `MOST_OPEN` open bills; sums are then of the oldest of them.
    """

    as_of: date
    by_state: Mapping[BillState, OpenSum]
    next_due_on: date | None
    overdue: Mapping[OpenReason, OpenSum]
    in_plan: OpenSum
    complete: bool = True

    @property
    def in_compliance(self) -> bool:
        """Whether all dues are settled, or paid in an approved plan that is kept."""
        return not self.overdue


@dataclass(frozen=True)
class _OpenBill:
    """An open bill on a day."""

    bill: Bill
    settlement: Settlement

    @property
    def in_plan(self) -> bool:
        return bool(instalments_on(self.bill, self.settlement))

    @property
    def overdue(self) -> tuple[OpenReason, int] | None:
        """Why it is overdue and by how much, if it is: with a plan, what the plan asked for counts."""
        late = sum(part.amount for part in instalments_on(self.bill, self.settlement) if part.overdue)
        if self.in_plan:
            return (OpenReason.INSTALMENT_OVERDUE, late) if late else None
        late = sum(each.due for each in self.settlement.months if each.due_on < self.settlement.as_of)
        return (OpenReason.BILL_OVERDUE, late) if late else None

    @property
    def due_days(self) -> Iterator[date]:
        """The days from today on by which something of it is to be paid."""
        day = self.settlement.as_of
        if self.in_plan:
            parts = instalments_on(self.bill, self.settlement)
            yield from (part.due_on for part in parts if not part.paid and part.due_on >= day)
        else:
            yield from (each.due_on for each in self.settlement.months if each.due and each.due_on >= day)


def establishment_dues(
    number: EstablishmentNumber, *, on: date, bills: Bills, calculator: BillCalculator
) -> EstablishmentDues:
    """Every open bill of the establishment as it stands on the day: a few reads for each hundred of them."""
    found = list(_open(number, bills=bills))
    complete = len(found) <= MOST_OPEN
    opened = [_OpenBill(bill, calculator.on(bill, on)) for bill in found[:MOST_OPEN]]
    overdue: dict[OpenReason, OpenSum] = {} if complete else {OpenReason.TOO_MANY_OPEN: OpenSum(len(found))}
    for each in opened:
        if each.overdue is not None:
            reason, late = each.overdue
            before = overdue.get(reason, OpenSum())
            overdue[reason] = OpenSum(before.bills + 1, before.due + late)
    return EstablishmentDues(
        as_of=on,
        by_state={
            state: _sum([each for each in opened if each.bill.state is state])
            for state in (BillState.ISSUED, BillState.PARTLY_PAID)
        },
        next_due_on=min((day for each in opened for day in each.due_days), default=None),
        overdue=overdue,
        in_plan=_sum([each for each in opened if each.in_plan]),
        complete=complete,
    )


def _sum(opened: Sequence[_OpenBill]) -> OpenSum:
    return OpenSum(len(opened), sum(each.settlement.due for each in opened))


def _open(number: EstablishmentNumber, *, bills: Bills) -> Iterator[Bill]:
    """The open bills, oldest first; some more than are added up where there are too many."""
    after: str | None = None
    for _ in range(MOST_OPEN // _AT_ONCE + 1):
        page = bills.open_of_debtor(number, limit=_AT_ONCE, after=after)
        # a page may lack what was settled a moment ago, so only an empty one is the end
        if not page:
            return
        yield from page
        after = bill_position(page[-1])
