"""From the agreed wage to the wage contributions are counted on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ishtirak.kernel.dated import Entry
from ishtirak.kernel.money import Halalas, divide, share
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.wage import Wage, WageLine
from ishtirak.statute.model import Claim, ExistingPeriod
from ishtirak.statute.refusals import (
    HousingGivenTwice,
    WageCorrectionTooLate,
    WageGivenTwice,
    WageMissing,
    WageNotPositive,
    WageOutsidePeriod,
)
from ishtirak.statute.tables import Tables, WageBounds, WageParts


def counted_wage(agreed: Wage, *, parts: WageParts) -> Halalas:
    """What of the agreed wage counts, before any minimum or maximum (WAG-01)."""
    wage = agreed.basic
    if parts.commission:
        wage = Halalas(wage + agreed.commission)
    if parts.housing:
        wage = Halalas(wage + _housing(agreed, parts=parts))
    return wage


def _housing(agreed: Wage, *, parts: WageParts) -> Halalas:
    if not agreed.housing_in_kind:
        return agreed.housing
    return share(agreed.basic, numerator=parts.in_kind_numerator, denominator=parts.in_kind_denominator)


def bounded_wage(wage: Halalas, *, bounds: WageBounds) -> Halalas:
    """The wage raised to the minimum or cut to the maximum (WAG-02)."""
    if bounds.floor is not None and wage < bounds.floor:
        return bounds.floor
    if bounds.cap is not None and wage > bounds.cap:
        return bounds.cap
    return wage


def cap_pro_rata(wages: tuple[Halalas, ...], *, cap: Halalas) -> tuple[Halalas, ...]:
    """Several employers' wages, each reduced in proportion so that they sum to the cap exactly (WAG-03)."""
    return wages if sum(wages) <= cap else divide(cap, weights=wages)


@dataclass(frozen=True, slots=True)
class MonthWage:
    """The wage of one month, with what made it what it is."""

    line: WageLine
    counted: Halalas
    contributory: Halalas
    parts: Entry[WageParts]
    bounds: Entry[WageBounds]
    joint_cap: Entry[Halalas] | None
    """Set only where other employers made the joint maximum reduce it."""


def month_wages(
    claim: Claim, *, registered: Period, amended: ExistingPeriod | None, tables: Tables
) -> Mapping[Month, MonthWage]:
    """The wage of every registered month; the lines must give each exactly one."""
    lines = _line_of_each_month(claim)
    for month in registered.months:
        if month not in lines:
            raise WageMissing(month=str(month))
    wages = {
        month: _month_wage(claim, line=lines[month], month=month, registered=registered, tables=tables)
        for month in registered.months
    }
    if amended is not None:
        _check_corrections(claim, wages=wages, amended=amended)
    return wages


def _line_of_each_month(claim: Claim) -> Mapping[Month, WageLine]:
    months = claim.period.months
    lines: dict[Month, WageLine] = {}
    for line in claim.wages:
        for end in (line.first_month, line.last_month):
            if not months[0] <= end <= months[-1]:
                raise WageOutsidePeriod(month=str(end))
        for month in line.first_month.until(line.last_month):
            if month in lines:
                raise WageGivenTwice(month=str(month))
            lines[month] = line
        if line.housing_in_kind and line.housing:
            raise HousingGivenTwice(month=str(line.first_month))
    return lines


def _month_wage(
    claim: Claim, *, line: WageLine, month: Month, registered: Period, tables: Tables
) -> MonthWage:
    day = month.first_day
    parts = tables.wage_parts.at(day, system=claim.system)
    bounds = tables.wage_bounds.at(day, system=claim.system, nationality=claim.person.nationality)
    counted = counted_wage(line, parts=parts.value)
    if counted == 0:
        raise WageNotPositive(month=str(month))
    cap = tables.joint_cap.find(day, system=claim.system)
    floored = counted if bounds.value.floor is None else max(counted, bounds.value.floor)
    others = _wages_elsewhere(claim, month=month, registered=registered)
    if cap is None or not others or floored + sum(others.values()) <= cap.value:
        alone = bounded_wage(counted, bounds=bounds.value)
        return MonthWage(line, counted, alone, parts, bounds, None)
    reduced = _reduced(claim.establishment.number.reveal(), own=floored, others=others, cap=cap.value)
    return MonthWage(line, counted, reduced, parts, bounds, cap)


def _wages_elsewhere(claim: Claim, *, month: Month, registered: Period) -> dict[str, Halalas]:
    """What other employers pay in days of that month which are served for this one too, by employer."""
    here = registered.within(month)
    wages: dict[str, Halalas] = {}
    for recorded in claim.recorded:
        elsewhere = recorded.establishment != claim.establishment.number and recorded.system == claim.system
        if elsewhere and recorded.period.overlaps(here):
            employer = recorded.establishment.reveal()
            wages[employer] = max(recorded.monthly_wage, wages.get(employer, recorded.monthly_wage))
    return wages


def _reduced(employer: str, *, own: Halalas, others: Mapping[str, Halalas], cap: Halalas) -> Halalas:
    # ordered by number, so that every employer's part comes out the same whoever asks
    wages = dict(sorted({**others, employer: own}.items()))
    parts = cap_pro_rata(tuple(wages.values()), cap=cap)
    return parts[tuple(wages).index(employer)]


def _check_corrections(claim: Claim, *, wages: Mapping[Month, MonthWage], amended: ExistingPeriod) -> None:
    """A wage is corrected by the end of its month; later only the Governor may allow it (WAG-04)."""
    if claim.late_correction_allowed:
        return
    for month, wage in wages.items():
        changed = amended.period.days_in(month) > 0 and wage.counted != amended.monthly_wage
        if changed and claim.requested_on > correction_deadline(month):
            raise WageCorrectionTooLate(month=str(month), deadline=correction_deadline(month).isoformat())


def correction_deadline(month: Month) -> date:
    """The last day on which a change of that month's wage is accepted."""
    return month.last_day
