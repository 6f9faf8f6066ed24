"""Which months of service count for a pension, by what was paid of them, and what stopped the counting (FIN-04)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ishtirak.billing.judgement import is_extended
from ishtirak.billing.model import Bill
from ishtirak.kernel.dated import Entry
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.months import Month
from ishtirak.register.establishments import Cessation, CessationKind
from ishtirak.register.statement import MonthOfPeriod
from ishtirak.statute import charges
from ishtirak.statute.model import AppliedRule
from ishtirak.statute.tables import UnpaidMonths, statutory_tables


class Counting(StrEnum):
    """Whether a month of service counts: a paid one does, an unpaid one for a while, and then no more (FIN-04)."""

    QUALIFIES = "QUALIFIES"
    COUNTED_UNPAID = "COUNTED_UNPAID"
    NOT_COUNTED = "NOT_COUNTED"


@dataclass(frozen=True)
class CountedMonths:
    """The months of one period, and the rule by which the last of them do not count, where some do not."""

    months: Mapping[Month, Counting]
    stopped_by: AppliedRule | None


def counting(
    paid: Mapping[Month, bool], *, extended: bool = False, ceased: Cessation | None = None
) -> Mapping[Month, Counting]:
    """For every month of one period with its employer. Paying the first unpaid month moves the limit on; whatever the
    limit, none counts unpaid after the day the employer `ceased`.
    """
    limit = _limit(paid, extended=extended, ceased=ceased)
    return {month: _counts(month, is_paid=is_paid, limit=limit) for month, is_paid in sorted(paid.items())}


def counting_stop(
    paid: Mapping[Month, bool], *, extended: bool = False, ceased: Cessation | None = None
) -> AppliedRule | None:
    """The rule by which months of the period do not count; None where every month does."""
    limit = _limit(paid, extended=extended, ceased=ceased)
    out = [
        month for month, is_paid in sorted(paid.items()) if not (is_paid or (limit and limit.counts(month)))
    ]
    return limit.rule(out[0]) if limit and out else None


def counting_by_period(
    months: Mapping[str, Mapping[Month, MonthOfPeriod]],
    bills: Iterable[Bill],
    *,
    ceased: Mapping[str, Cessation],
) -> Mapping[str, CountedMonths]:
    """The same for every period of an account, by period id; `bills` are all of the account's, `ceased` says for which
    periods the employer did.
    """
    extended = {bill.period_id for bill in bills if is_extended(bill)}
    counted: dict[str, CountedMonths] = {}
    for period_id, of_period in months.items():
        paid = {month: of_month.is_paid for month, of_month in of_period.items()}
        longer, end = period_id in extended, ceased.get(period_id)
        counted[period_id] = CountedMonths(
            counting(paid, extended=longer, ceased=end), counting_stop(paid, extended=longer, ceased=end)
        )
    return counted


@dataclass(frozen=True)
class _Limit:
    """How many months count from the first unpaid one on: by time, and until the employer ceased, if it did."""

    first: Month
    entry: Entry[UnpaidMonths]
    by_time: int
    ceased: Cessation | None

    @property
    def by_cessation(self) -> int:
        if self.ceased is None:
            return self.by_time
        return Month.of(self.ceased.on).since(self.first) + self.entry.value.month_of_cessation_counts

    def counts(self, month: Month) -> bool:
        return month.since(self.first) < min(self.by_time, self.by_cessation)

    def rule(self, from_month: Month) -> AppliedRule:
        """The one of the two that stopped the counting first, from that month on."""
        facts: dict[str, Fact] = {"from_month": str(from_month)}
        if self.ceased is not None and self.by_cessation < self.by_time:
            code = _STOPPED_BY[self.ceased.kind]
            facts["ceased_on"] = self.ceased.on.isoformat()
        else:
            code = "counting_stopped_unpaid"
            facts["months"] = self.by_time
        return AppliedRule(
            rule="FIN-04", code=code, source=self.entry.source, assumed=self.entry.assumed, facts=facts
        )


_STOPPED_BY: Final[Mapping[CessationKind, str]] = {
    CessationKind.BANKRUPTCY: "counting_stopped_bankruptcy",
    CessationKind.LIQUIDATION: "counting_stopped_liquidation",
    CessationKind.OWNER_DECEASED: "counting_stopped_owner_deceased",
}


def _limit(paid: Mapping[Month, bool], *, extended: bool, ceased: Cessation | None) -> _Limit | None:
    first = min((month for month, is_paid in paid.items() if not is_paid), default=None)
    if first is None:
        return None
    entry = charges.unpaid_months(first, tables=statutory_tables())
    return _Limit(first, entry, by_time=entry.value.most(extended=extended), ceased=ceased)


def _counts(month: Month, *, is_paid: bool, limit: _Limit | None) -> Counting:
    if is_paid:
        return Counting.QUALIFIES
    return Counting.COUNTED_UNPAID if limit and limit.counts(month) else Counting.NOT_COUNTED
