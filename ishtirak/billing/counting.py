"""Which months of service count for a pension, by what was paid of them (FIN-04)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from ishtirak.billing.judgement import is_extended
from ishtirak.billing.model import Bill
from ishtirak.kernel.months import Month
from ishtirak.register.statement import MonthOfPeriod
from ishtirak.statute import charges
from ishtirak.statute.tables import statutory_tables


class Counting(StrEnum):
    """Whether a month of service counts: a paid one does, an unpaid one for a while, and then no more (FIN-04)."""

    QUALIFIES = "QUALIFIES"
    COUNTED_UNPAID = "COUNTED_UNPAID"
    NOT_COUNTED = "NOT_COUNTED"


def counting(paid: Mapping[Month, bool], *, extended: bool = False) -> Mapping[Month, Counting]:
    """For every month of one period with its employer. Paying the first unpaid month moves the limit on."""
    unpaid = [month for month, is_paid in sorted(paid.items()) if not is_paid]
    last = (
        charges.last_counted_month(unpaid[0], extended=extended, tables=statutory_tables())
        if unpaid
        else None
    )
    return {month: _counts(month, is_paid=is_paid, last=last) for month, is_paid in sorted(paid.items())}


def counting_by_period(
    months: Mapping[str, Mapping[Month, MonthOfPeriod]], bills: Iterable[Bill]
) -> Mapping[str, Mapping[Month, Counting]]:
    """The same for every period of an account, by period id; `bills` are all of the account's."""
    extended = {bill.period_id for bill in bills if is_extended(bill)}
    return {
        period_id: counting(
            {month: of_month.is_paid for month, of_month in of_period.items()},
            extended=period_id in extended,
        )
        for period_id, of_period in months.items()
    }


def _counts(month: Month, *, is_paid: bool, last: Month | None) -> Counting:
    if is_paid:
        return Counting.QUALIFIES
    return Counting.COUNTED_UNPAID if last is not None and month <= last else Counting.NOT_COUNTED
