"""What may be decided about a bill on a day.

One judgement for two occasions: when a decision is proposed, and on the day it is put in force, on the bill as it is
then. What was proposed is not adjusted to the day: it fits, or a refusal says what changed, and it is declined and
proposed anew. So what is in force is what both persons read.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from ishtirak.billing.calculator import BillCalculator, MonthAccount, Settlement
from ishtirak.billing.model import Bill, BillDecision, DecisionKind, Instalment, WaivedFine
from ishtirak.billing.refusals import (
    AlreadyExtended,
    BillNotOpen,
    DueChanged,
    FineChanged,
    InstalmentsTooSmall,
    NothingToWaive,
    NothingUnpaid,
    PeriodAmended,
    PlanDayPassed,
    PlanNotAllowed,
    WaiverAboveLimit,
)
from ishtirak.billing.terms import in_force
from ishtirak.kernel.money import Halalas, divide, share
from ishtirak.kernel.months import Month

PERCENT: Final = 100


@dataclass(frozen=True)
class BillJudgement:
    """A bill on the day something is decided about it."""

    bill: Bill
    day: date
    calculator: BillCalculator

    @property
    def settlement(self) -> Settlement:
        return self.calculator.on(self.bill, self.day)

    def require_open(self) -> None:
        if not self.bill.open:
            raise BillNotOpen()

    def waived_fines(self, *, percent: int, by_the_board: bool) -> tuple[WaivedFine, ...]:
        """That part of each fine there is, within what the month's delay allows (regulation art. 25)."""
        waived: list[WaivedFine] = []
        for month in self.settlement.months:
            amount = _part_of_fine(month, percent=percent)
            if amount == 0:
                continue
            if not by_the_board:
                self._require_within_limit(month, amount, percent=percent)
            waived.append(WaivedFine(month=month.month, amount=amount))
        if not waived:
            raise NothingToWaive()
        return tuple(waived)

    def instalments(self, *, count: int, first_due_on: date) -> tuple[Instalment, ...]:
        """What is due, in monthly instalments none of which is of nothing (regulation arts. 29-31)."""
        self._require_plan_allowed(count=count, first_due_on=first_due_on)
        due = self.settlement.due
        if due < count:
            raise InstalmentsTooSmall("/count", count=count, halalas=due)
        first = Month.of(first_due_on)
        return tuple(
            Instalment(due_on=first.plus(offset).day(first_due_on.day), amount=part)
            for offset, part in enumerate(divide(Halalas(due), weights=(1,) * count))
        )

    def require_extendable(self) -> None:
        """There are unpaid months, and they do not count for longer yet (regulation art. 35)."""
        if is_extended(self.bill):
            raise AlreadyExtended()
        if not any(month.contribution_due for month in self.settlement.months):
            raise NothingUnpaid()

    def require_fitting(self, proposed: BillDecision) -> None:
        """The decision could be proposed today as it stands."""
        self.require_open()
        if proposed.basis != self.bill.basis:
            raise PeriodAmended()
        match proposed.kind:
            case DecisionKind.WAIVER:
                self._require_waiver_fits(proposed)
            case DecisionKind.INSTALMENTS:
                self._require_plan_fits(proposed)
            case DecisionKind.EXTENSION:
                self.require_extendable()

    def _require_waiver_fits(self, proposed: BillDecision) -> None:
        months = {month.month: month for month in self.settlement.months}
        for fine in proposed.waived:
            month = months[fine.month]
            if proposed.board_resolution is None:
                self._require_within_limit(month, fine.amount, percent=proposed.percent)
            amount = _part_of_fine(month, percent=proposed.percent)
            if fine.amount > amount:
                raise FineChanged(month=str(fine.month), proposed=fine.amount, halalas=amount)

    def _require_plan_fits(self, proposed: BillDecision) -> None:
        first_due_on, due = proposed.instalments[0].due_on, self.settlement.due
        if first_due_on < self.day:
            raise PlanDayPassed(first_due_on=first_due_on.isoformat())
        if due != proposed.amount:
            raise DueChanged(proposed=proposed.amount, halalas=due)
        self._require_plan_allowed(count=len(proposed.instalments), first_due_on=first_due_on)

    def _require_within_limit(self, month: MonthAccount, amount: int, *, percent: int) -> None:
        """Neither this decision nor all of them together waive more than the delay allows; it ends with the payment."""
        limits = in_force(self.calculator.terms.waiver, self.day)
        days_late = self.calculator.lateness.days_late(self.bill, month.month, on=month.paid_on or self.day)
        limit = limits.percent(days_late=days_late)
        most = share(Halalas(month.fine), numerator=limit, denominator=PERCENT)
        if percent > limit or month.waived + amount > most:
            raise WaiverAboveLimit(month=str(month.month), percent=limit, days=limits.whole_within_days)

    def _require_plan_allowed(self, *, count: int, first_due_on: date) -> None:
        allowed = in_force(self.calculator.terms.instalments, self.day)
        soon_enough = 0 <= (first_due_on - self.day).days <= allowed.first_within_days
        if not 2 <= count <= allowed.most or not soon_enough:
            raise PlanNotAllowed(most=allowed.most, days=allowed.first_within_days)


def is_extended(bill: Bill) -> bool:
    """Whether unpaid months of the bill count for the longer time."""
    return any(each.in_force and each.kind is DecisionKind.EXTENSION for each in bill.decisions)


def _part_of_fine(month: MonthAccount, *, percent: int) -> int:
    """What a waiver of that part comes to: never more than is due of the fine."""
    return min(month.fine_due, share(Halalas(month.fine), numerator=percent, denominator=PERCENT))
