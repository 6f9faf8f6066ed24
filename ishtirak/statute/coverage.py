"""Which branches cover a month, and at what rates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
    """The branches of one month with their rates, and those a person is too old for."""

    rates: Mapping[Branch, Entry[Rate]]
    ages: Entry[Ages]
    too_old_for: frozenset[Branch]


def coverage(claim: Claim, *, law: Law, admission: Admission, tables: Tables) -> Mapping[Month, Coverage]:
    """The coverage of every registered month, or the refusal of the first that nothing covers."""
    ages = tables.ages.at(admission.registered.starts_on, law=law)
    closed_at_start = _closed_at_start(claim, ages=ages.value, admission=admission)
    months = admission.registered.months
    return {
        month: _month_coverage(
            claim,
            law=law,
            month=month,
            route=admission.route_in(month),
            ages=ages,
            too_old_for=closed_at_start | _stopped_by(month, claim=claim, ages=ages.value),
            tables=tables,
        )
        for month in months
    }


def _closed_at_start(claim: Claim, *, ages: Ages, admission: Admission) -> frozenset[Branch]:
    starts_on = admission.registered.starts_on
    age = age_on(starts_on, born=claim.person.born, calendar=ages.calendar)
    if age < ages.least:
        raise BelowMinimumAge(least=ages.least, calendar=ages.calendar.value)
    first = claim.person.first_covered_on if ages.annuities_age_is_of_first_coverage else None
    age_for_annuities = age_on(
        min(starts_on, first or starts_on), born=claim.person.born, calendar=ages.calendar
    )
    closed = {
        Branch.ANNUITIES: age_for_annuities >= ages.annuities_below,
        Branch.SANED: age >= ages.saned_below,
    }
    return frozenset(branch for branch, shut in closed.items() if shut)


def _stopped_by(month: Month, *, claim: Claim, ages: Ages) -> frozenset[Branch]:
    age = age_on(month.first_day, born=claim.person.born, calendar=ages.calendar)
    return frozenset({Branch.SANED}) if age >= ages.saned_stops_at else frozenset()


def _month_coverage(
    claim: Claim,
    *,
    law: Law,
    month: Month,
    route: Route,
    ages: Entry[Ages],
    too_old_for: frozenset[Branch],
    tables: Tables,
) -> Coverage:
    scope = tables.scope.at(
        month.first_day,
        system=claim.system,
        law=law,
        nationality=claim.person.nationality,
        sector=claim.establishment.sector,
    )
    open_to_route = [b for b in scope.value if route is not Route.RETROACTIVE or b is Branch.ANNUITIES]
    covered = [branch for branch in open_to_route if branch not in too_old_for]
    if not covered and Branch.ANNUITIES in open_to_route:
        raise AboveAnnuitiesAge(below=ages.value.annuities_below, calendar=ages.value.calendar.value)
    if not covered:
        raise NoBranchCovers(month=str(month), nationality=claim.person.nationality.value, route=route.value)
    rates = {b: rate_of(b, claim=claim, law=law, month=month, tables=tables) for b in covered}
    return Coverage(rates, ages, frozenset(open_to_route) & too_old_for)


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
