"""From the agreed wage to the wage contributions are counted on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ishtirak.kernel.dated import Entry
from ishtirak.kernel.money import Halalas, divide, share
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.wage import Wage, WageLine
from ishtirak.statute.model import Claim, ExistingPeriod, LateCorrection
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

    agreed: Wage
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
        month: month_wage(lines[month], month=month, claim=claim, registered=registered, tables=tables)
        for month in registered.months
    }
    for month, wage in wages.items():
        if wage.counted == 0:
            raise WageNotPositive(month=str(month))
    if amended is not None and claim.late_correction is LateCorrection.NONE:
        for month in late_corrections(claim, wages=wages, amended=amended):
            raise WageCorrectionTooLate(month=str(month), deadline=correction_deadline(month).isoformat())
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


def month_wage(agreed: Wage, *, month: Month, claim: Claim, registered: Period, tables: Tables) -> MonthWage:
    """The wage of one registered month, after minimum, maximum and other employers.

    Employers share the maximum by their wages, each raised to the minimum. The maximum is of the person and the sum
    never exceeds it (regulation art. 19); so one employer's part may come out below the minimum, which is of one wage.
    """
    day = month.first_day
    parts = tables.wage_parts.at(day, system=claim.system)
    bounds = tables.wage_bounds.at(day, system=claim.system, nationality=claim.person.nationality)
    counted = counted_wage(agreed, parts=parts.value)
    cap = tables.joint_cap.find(day, system=claim.system)
    here = registered.within(month)
    wages = _wages_elsewhere(claim, month=month, here=here, parts=parts.value)
    own = claim.establishment.number.reveal()
    if cap is not None and wages:
        floored = {
            number: _floored(wage, bounds=bounds.value) for number, wage in (wages | {own: counted}).items()
        }
        if sum(floored.values()) > cap.value:
            shared = _shared(own, wages=floored, cap=cap.value)
            return MonthWage(agreed, counted, shared, parts, bounds, cap)
    alone = bounded_wage(counted, bounds=bounds.value)
    return MonthWage(agreed, counted, alone, parts, bounds, None)


def _floored(wage: Halalas, *, bounds: WageBounds) -> Halalas:
    return wage if bounds.floor is None else max(wage, bounds.floor)


def _wages_elsewhere(claim: Claim, *, month: Month, here: Period, parts: WageParts) -> dict[str, Halalas]:
    """What other employers pay in days of that month which are served for this one too, by employer."""
    wages: dict[str, Halalas] = {}
    for recorded in claim.recorded:
        elsewhere = recorded.establishment != claim.establishment.number and recorded.system == claim.system
        if elsewhere and recorded.period.overlaps(here) and (wage := recorded.wage_in(month)) is not None:
            employer, counted = recorded.establishment.reveal(), counted_wage(wage, parts=parts)
            wages[employer] = max(counted, wages.get(employer, counted))
    return wages


def _shared(employer: str, *, wages: Mapping[str, Halalas], cap: Halalas) -> Halalas:
    # ordered by number, so that every employer's part comes out the same whoever asks
    ordered = dict(sorted(wages.items()))
    parts = cap_pro_rata(tuple(ordered.values()), cap=cap)
    return parts[tuple(ordered).index(employer)]


def late_corrections(
    claim: Claim, *, wages: Mapping[Month, MonthWage], amended: ExistingPeriod
) -> tuple[Month, ...]:
    """The months whose recorded wage would change after the end of the month (WAG-04).

    Later only the Governor may allow it. A month that was taken out and is put back was recorded too.
    """
    return tuple(
        month
        for month, wage in wages.items()
        if claim.requested_on > correction_deadline(month)
        and _recorded_in(month, amended=amended)
        and (recorded := amended.wage_in(month)) is not None
        and counted_wage(recorded, parts=wage.parts.value) != wage.counted
    )


def _recorded_in(month: Month, *, amended: ExistingPeriod) -> bool:
    return any(each.days_between(month.first_day, month.last_day) for each in amended.known)


def correction_deadline(month: Month) -> date:
    """The last day on which a change of that month's wage is accepted."""
    return month.last_day
