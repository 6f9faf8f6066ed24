"""What is due on a bill on any day, and what each payment of it came to cover.

Everything follows from three things that only grow: the months billed, the payments received and the decisions
in force. They are taken in the order of their days, so neither the order in which notices arrive nor a notice that
comes twice makes a difference. Months are covered oldest first. A part of a contribution is fined until the day it
was paid, the rest until the day asked about; so nothing paid is fined any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from ishtirak.billing.model import Bill, BillDecision, BillRow, BillState, Payment
from ishtirak.billing.terms import CollectionTerms, WithinMonth, in_force
from ishtirak.kernel.months import Month

MAX_PAYMENTS: Final = 500
"""One bill is one item of the store; a payer who exceeds this is somebody to be talked to."""


@dataclass(frozen=True)
class Portion:
    """A part of a month's contribution, and the day until which it was owed."""

    amount: int
    until: date


class Lateness(Protocol):
    """What the statutes say of a month that is paid late."""

    def due_on(self, bill: Bill, month: Month) -> date:
        """The last day on which the month's contribution is paid without a fine."""

    def days_late(self, bill: Bill, month: Month, *, on: date) -> int:
        """The days since then; 0 until then."""

    def fine(self, bill: Bill, month: Month, portions: Iterable[Portion]) -> int:
        """The fine on the portions of one contribution, rounded once."""


@dataclass(frozen=True)
class MonthAccount:
    """One month of a bill on a day. A month is paid when its contribution is: the fine is owed beside it."""

    month: Month
    due_on: date
    contribution: int
    fine: int
    waived: int
    contribution_paid: int
    fine_paid: int
    paid_on: date | None

    @property
    def contribution_due(self) -> int:
        return self.contribution - self.contribution_paid

    @property
    def fine_due(self) -> int:
        return max(0, self.fine - self.waived - self.fine_paid)

    @property
    def due(self) -> int:
        return self.contribution_due + self.fine_due


@dataclass(frozen=True)
class Settlement:
    """A bill on a day: what every halala received covers, and what is due."""

    as_of: date
    months: tuple[MonthAccount, ...]
    credit: int

    @property
    def due(self) -> int:
        return sum(month.due for month in self.months)

    @property
    def covered(self) -> Mapping[Month, tuple[int, int]]:
        """Of each month that anything was paid of: the contribution and the fine paid."""
        paid = {month.month: (month.contribution_paid, month.fine_paid) for month in self.months}
        return {month: parts for month, parts in paid.items() if any(parts)}

    @property
    def months_paid(self) -> tuple[Month, ...]:
        return tuple(month.month for month in self.months if month.contribution_due == 0)


@dataclass
class _OpenMonth:
    """One month while payments are allocated to it."""

    bill: Bill
    month: Month
    contribution: int
    lateness: Lateness
    portions: list[Portion] = field(default_factory=list)
    fine_paid: int = 0
    waived: int = 0

    @property
    def rest(self) -> int:
        return self.contribution - sum(portion.amount for portion in self.portions)

    def fine(self, day: date) -> int:
        rest = [Portion(self.rest, day)] if self.rest else []
        return self.lateness.fine(self.bill, self.month, [*self.portions, *rest])

    def fine_due(self, day: date) -> int:
        return max(0, self.fine(day) - self.waived - self.fine_paid)

    def waive(self, amount: int, *, on: date) -> None:
        self.waived += min(amount, self.fine_due(on))

    def pay_contribution(self, amount: int, *, on: date) -> int:
        taken = min(amount, self.rest)
        if taken:
            self.portions.append(Portion(taken, on))
        return amount - taken

    def pay_fine(self, amount: int, *, on: date) -> int:
        taken = min(amount, self.fine_due(on))
        self.fine_paid += taken
        return amount - taken

    def pay(self, amount: int, *, on: date, order: WithinMonth) -> int:
        """Cover what is due of the month; what is left of the amount comes back."""
        if order is WithinMonth.CONTRIBUTION_FIRST:
            return self.pay_fine(self.pay_contribution(amount, on=on), on=on)
        return self.pay_contribution(self.pay_fine(amount, on=on), on=on)

    def closed(self, day: date) -> MonthAccount:
        return MonthAccount(
            month=self.month,
            due_on=self.lateness.due_on(self.bill, self.month),
            contribution=self.contribution,
            fine=self.fine(day),
            waived=self.waived,
            contribution_paid=self.contribution - self.rest,
            fine_paid=self.fine_paid,
            paid_on=max((portion.until for portion in self.portions), default=None)
            if not self.rest
            else None,
        )


@dataclass(frozen=True)
class BillCalculator:
    """Calculates bills by the statutes' lateness and the authority's terms."""

    lateness: Lateness
    terms: CollectionTerms

    def on(self, bill: Bill, day: date) -> Settlement:
        """The bill on a day; never before the last thing that happened to it."""
        movements = _movements(bill)
        as_of = max([day, *(on for on, _ in movements)])
        rows = () if bill.state is BillState.CANCELLED else sorted(bill.rows, key=lambda row: row.month)
        months = [_OpenMonth(bill, row.month, row.contribution, self.lateness) for row in rows]
        order = in_force(self.terms.within_month, bill.issued_on)
        credit = 0
        for on, movement in movements:
            if isinstance(movement, Payment):
                credit += _allocate(movement.amount, months, on=on, order=order)
            else:
                _waive(movement, months, on=on)
        return Settlement(as_of, tuple(month.closed(as_of) for month in months), credit)

    def issued(self, bill: Bill) -> Bill:
        """The bill as it is issued: its rows with the fines of that day."""
        fines = {month.month: month.fine for month in self.on(bill, bill.issued_on).months}
        rows = tuple(row.model_copy(update={"fine": fines[row.month]}) for row in bill.rows)
        return with_rows(rows, bill)

    def as_it_stands(self, bill: Bill) -> Settlement:
        """The bill after the last thing that happened to it: what is covered does not depend on the day."""
        return self.on(bill, bill.issued_on)

    def with_state(self, bill: Bill) -> Bill:
        """The bill, its state following from what it holds."""
        if bill.state is BillState.CANCELLED:
            return bill
        if self.as_it_stands(bill).due == 0:
            state = BillState.SETTLED
        else:
            state = BillState.PARTLY_PAID if bill.payments else BillState.ISSUED
        return bill.model_copy(update={"state": state})


def _movements(bill: Bill) -> list[tuple[date, Payment | BillDecision]]:
    """What happened to the bill, by day; of one day decisions before payments, each in a fixed order."""
    dated: list[tuple[date, int, str, Payment | BillDecision]] = [
        (decision.decided_on, 0, decision.id, decision) for decision in bill.decisions if decision.in_force
    ]
    dated += [(payment.paid_on, 1, payment.reference, payment) for payment in bill.payments]
    return [(day, movement) for day, _, _, movement in sorted(dated, key=lambda movement: movement[:3])]


def _allocate(amount: int, months: Iterable[_OpenMonth], *, on: date, order: WithinMonth) -> int:
    """Cover months oldest first; what is left when nothing is due is credit."""
    for month in months:
        amount = month.pay(amount, on=on, order=order)
    return amount


def _waive(decision: BillDecision, months: Iterable[_OpenMonth], *, on: date) -> None:
    waived = {fine.month: fine.amount for fine in decision.waived}
    for month in months:
        month.waive(waived.get(month.month, 0), on=on)


_SUMS: Final = frozenset({"rows", "contributions", "fines", "total"})


def with_rows(rows: tuple[BillRow, ...], bill: Bill) -> Bill:
    """The bill over other rows, its totals added up anew."""
    return Bill.of(rows, **{name: getattr(bill, name) for name in Bill.model_fields if name not in _SUMS})
