"""Which branches cover a month, and at what rates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ishtirak.kernel.dated import Entry
from ishtirak.kernel.insurance import Law, Nationality, Route
from ishtirak.kernel.months import Month
from ishtirak.statute.law import age_on
from ishtirak.statute.model import Branch, Claim
from ishtirak.statute.refusals import AboveAnnuitiesAge, BelowMinimumAge, NoBranchCovers
from ishtirak.statute.registration import Admission
from ishtirak.statute.tables import Ages, Rate, Tables


@dataclass(frozen=True, slots=True)
class Coverage:
    """The branches of one month with their rates and the days each covers, and those a person is too old for."""

    rates: Mapping[Branch, Entry[Rate]]
    days: Mapping[Branch, int]
    ages: Entry[Ages]
    too_old_for: frozenset[Branch]


@dataclass(frozen=True, slots=True)
class _Work:
    """What decides the branches of every month of one period."""

    claim: Claim
    law: Law
    admission: Admission
    ages: Entry[Ages]
    closed_at_start: frozenset[Branch]
    tables: Tables


def coverage(claim: Claim, *, law: Law, admission: Admission, tables: Tables) -> Mapping[Month, Coverage]:
    """The coverage of every registered month, or the refusal of the first with days that nothing covers."""
    covered = recorded_coverage(claim, law=law, admission=admission, tables=tables)
    ages = tables.ages.at(admission.registered.starts_on, law=law).value
    _check_least_age(claim, ages=ages, starts_on=admission.work_started_on)
    for month, of_month in covered.items():
        for route in Route:
            if admission.days_in(month, route):
                _check_covered(month, covered=of_month, route=route, claim=claim)
    return covered


def recorded_coverage(
    claim: Claim, *, law: Law, admission: Admission, tables: Tables
) -> Mapping[Month, Coverage]:
    """The coverage of every registered month, where it is nothing too: what is recorded is refused no more."""
    ages = tables.ages.at(admission.registered.starts_on, law=law)
    closed = _closed_at_start(claim, ages=ages.value, starts_on=admission.work_started_on)
    work = _Work(claim, law, admission, ages, closed, tables)
    return {month: _month_coverage(month, work=work) for month in admission.registered.months}


def _check_least_age(claim: Claim, *, ages: Ages, starts_on: date) -> None:
    if age_on(starts_on, born=claim.person.born, calendar=ages.calendar) < ages.least:
        raise BelowMinimumAge(least=ages.least, calendar=ages.calendar.value)


def _check_covered(month: Month, *, covered: Coverage, route: Route, claim: Claim) -> None:
    """Some branch covers the days that took the route: all of its branches do, or annuities alone."""
    if Branch.ANNUITIES in covered.rates or (covered.rates and not _annuities_only(route)):
        return
    if Branch.ANNUITIES in covered.too_old_for:
        ages = covered.ages.value
        raise AboveAnnuitiesAge(below=ages.annuities_below, calendar=ages.calendar.value)
    raise NoBranchCovers(month=str(month), nationality=claim.person.nationality.value, route=route.value)


def _annuities_only(route: Route) -> bool:
    """Days reported late are registered for annuities alone (REG-03)."""
    return route is Route.RETROACTIVE


def _closed_at_start(claim: Claim, *, ages: Ages, starts_on: date) -> frozenset[Branch]:
    """The branches whose age limit was reached when the work began (law arts. 14 and 43)."""
    age = age_on(starts_on, born=claim.person.born, calendar=ages.calendar)
    first = claim.person.first_covered_on if ages.annuities_age_is_of_first_coverage else None
    age_for_annuities = age_on(
        min(starts_on, first or starts_on), born=claim.person.born, calendar=ages.calendar
    )
    closed = {
        Branch.ANNUITIES: age_for_annuities >= ages.annuities_below,
        Branch.SANED: age >= ages.saned_below,
    }
    return frozenset(branch for branch, shut in closed.items() if shut)


def _stopped_by(month: Month, *, work: _Work) -> frozenset[Branch]:
    ages = work.ages.value
    age = age_on(month.first_day, born=work.claim.person.born, calendar=ages.calendar)
    return frozenset({Branch.SANED}) if age >= ages.saned_stops_at else frozenset()


def _month_coverage(month: Month, *, work: _Work) -> Coverage:
    claim, admission = work.claim, work.admission
    scope = work.tables.scope.at(
        month.first_day,
        system=claim.system,
        law=work.law,
        nationality=claim.person.nationality,
        sector=claim.establishment.sector,
    )
    timely = sum(admission.days_in(month, route) for route in Route if not _annuities_only(route))
    days = {
        branch: admission.days_in(month) if branch is Branch.ANNUITIES else timely for branch in scope.value
    }
    open_branches = frozenset(branch for branch, count in days.items() if count)
    too_old_for = open_branches & (work.closed_at_start | _stopped_by(month, work=work))
    covered = [branch for branch in scope.value if branch in open_branches - too_old_for]
    rates = {
        branch: rate_of(branch, claim=claim, law=work.law, month=month, tables=work.tables)
        for branch in covered
    }
    return Coverage(rates, {branch: days[branch] for branch in covered}, work.ages, too_old_for)


def rate_of(branch: Branch, *, claim: Claim, law: Law, month: Month, tables: Tables) -> Entry[Rate]:
    """The rates of the branch for the contribution month (CON-01)."""
    local = tables.rates.at(month.first_day, system=claim.system, law=law, branch=branch)
    if claim.person.nationality is not Nationality.GCC or branch is not Branch.ANNUITIES:
        return local
    state = claim.person.gcc_state
    home = tables.gcc_home_rates.at(month.first_day, gcc_state=str(state))
    return replace(home, value=capped_at_local(home.value, local=local.value))


def capped_at_local(home: Rate, *, local: Rate) -> Rate:
    """The home scheme's rate, the employer paying no more than for a citizen and the worker the rest."""
    employer = min(home.employer, local.employer)
    return Rate(employee=home.employee + home.employer - employer, employer=employer)
