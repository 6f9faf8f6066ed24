"""A contributor reads an account: what each month of service comes to, what was billed of it, and what was paid.

Three different facts. What a month comes to follows from the periods and their wages by the statutory rules, whoever
reported them; only what is billed here is in the ledger.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ishtirak.billing.model import Bill, BillState
from ishtirak.billing.ports import Bills
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period, distinct_days
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.register.statement import months_of_periods, paid_by_month
from ishtirak.statute.model import AppliedRule, CoveredMonth, PeriodContributions
from ishtirak.statute.refusals import RuleRefused
from ishtirak.statute.tables import statutory_tables
from ishtirak.use_cases.statute_facts import contributions_of


@dataclass(frozen=True)
class StatementPeriod:
    """A standing period, its employer where the register knows it, and what it comes to.

    `not_computed` is the code of the refusal where the statutory tables do not hold what it takes.
    """

    period: RecordedPeriod
    employer: Establishment | None
    contributions: PeriodContributions
    not_computed: str | None = None


@dataclass(frozen=True)
class StatementMonth:
    """One month over all employers, in halalas. Several employers in a month are one contribution month (art. 34)."""

    month: Month
    service_days: int
    covered: tuple[tuple[RecordedPeriod, CoveredMonth], ...]
    billed: int
    paid: int

    @property
    def total(self) -> int:
        return sum(covered.total for _, covered in self.covered)


@dataclass(frozen=True)
class AccountStatement:
    """كشف حساب المشترك: an account in one system up to a day; months before `computed_from` are not computed."""

    system: System
    as_of: date
    computed_from: Month
    periods: tuple[StatementPeriod, ...]
    months: tuple[StatementMonth, ...]
    service_days: int
    """Distinct days of service up to the day, over all employers."""

    @property
    def applied(self) -> tuple[AppliedRule, ...]:
        """The rules behind the figures, each once."""
        rules: dict[str, AppliedRule] = {}
        for period in self.periods:
            for rule in period.contributions.applied:
                rules.setdefault(rule.model_dump_json(), rule)
        return tuple(rules.values())

    @property
    def years(self) -> Mapping[int, tuple[StatementMonth, ...]]:
        """The months by year."""
        return {
            year: tuple(months) for year, months in groupby(self.months, key=lambda each: each.month.year)
        }


def read_my_contributions(
    *,
    system: System,
    by: Caller,
    people: People,
    accounts: Accounts,
    establishments: Establishments,
    bills: Bills,
    clock: Clock,
) -> AccountStatement:
    """The caller's account in one system, up to today."""
    contributor, day = people.find(by.person_id), today(clock)
    if contributor is None:
        raise LookupError("a signed-in contributor is always in the register")
    standing = [period for period in accounts.periods(by.person_id) if period.stands]
    numbers = {period.establishment for period in standing}
    employers = {number: establishments.find(number) for number in numbers}
    periods = tuple(
        computed_period(period, contributor=contributor, employers=employers, standing=standing, day=day)
        for period in standing
        if period.system is system
    )
    entries = accounts.entries(by.person_id, system)
    return AccountStatement(
        system=system,
        as_of=day,
        computed_from=Month.of(statutory_tables().reach.entries[-1].value.first),
        periods=periods,
        months=_months(
            periods,
            day=day,
            billed=_billed(bills.of_account(by.person_id, system)),
            paid=paid_by_month(months_of_periods(entries)),
        ),
        service_days=distinct_days(_served(periods, day=day)),
    )


def computed_period(
    period: RecordedPeriod,
    *,
    contributor: Contributor,
    employers: Mapping[EstablishmentNumber, Establishment | None],
    standing: Sequence[RecordedPeriod],
    day: date,
) -> StatementPeriod:
    """What a period comes to up to the day, beside the other standing ones."""
    employer = employers[period.establishment]
    if employer is None:
        return StatementPeriod(period, None, PeriodContributions(), not_computed="establishment_unknown")
    try:
        contributions = contributions_of(
            period, contributor=contributor, employer=employer, standing=standing, until=day
        )
    except RuleRefused as refused:
        return StatementPeriod(period, employer, PeriodContributions(), not_computed=refused.code)
    return StatementPeriod(period, employer, contributions)


def _served(periods: Iterable[StatementPeriod], *, day: date) -> list[Period]:
    """The days served up to the day, period by period."""
    recorded = [each.period for each in periods if each.period.starts_on <= day]
    return [Period.between(each.starts_on, min(each.ends_on or day, day)) for each in recorded]


def _months(
    periods: Sequence[StatementPeriod],
    *,
    day: date,
    billed: Mapping[Month, int],
    paid: Mapping[Month, int],
) -> tuple[StatementMonth, ...]:
    covered: dict[Month, list[tuple[RecordedPeriod, CoveredMonth]]] = {}
    for each in periods:
        for row in each.contributions.months:
            covered.setdefault(row.month, []).append((each.period, row))
    served = _served(periods, day=day)
    return tuple(
        StatementMonth(
            month=month,
            service_days=distinct_days(days.within(month) for days in served if days.days_in(month)),
            covered=tuple(covered.get(month, ())),
            billed=billed.get(month, 0),
            paid=paid.get(month, 0),
        )
        for month in sorted({*covered, *billed, *paid})
    )


def _billed(bills: Iterable[Bill]) -> Mapping[Month, int]:
    """What the bills ask in contributions of each month; the fines are on the bills alone."""
    sums: dict[Month, int] = {}
    for bill in bills:
        for row in bill.rows if bill.state is not BillState.CANCELLED else ():
            sums[row.month] = sums.get(row.month, 0) + row.contribution
    return sums
