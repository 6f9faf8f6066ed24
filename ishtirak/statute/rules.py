"""The one question the rest of the system asks: what is registered, what is due, and why.

Pure and total: every valid claim is computed, or refused by a `RuleRefused` that names its rule and source.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from ishtirak.kernel import registered_days
from ishtirak.kernel.insurance import Route
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.statute.charges import charges, delay, due_on, fine, fine_by_days, fine_terms
from ishtirak.statute.coverage import Coverage, coverage, recorded_coverage
from ishtirak.statute.explanation import applied_rules, left_to_an_officer, recorded_rules
from ishtirak.statute.law import law_of
from ishtirak.statute.model import (
    Assessment,
    Branch,
    BranchShare,
    Claim,
    CoveredMonth,
    EstablishmentFacts,
    ExistingPeriod,
    MonthRow,
    PeriodContributions,
    PersonFacts,
)
from ishtirak.statute.plan import ClaimPlan, MonthPlan
from ishtirak.statute.refusals import RuleRefused
from ishtirak.statute.registration import Admission, admit, overlaps_with_other_systems
from ishtirak.statute.tables import Rate, Tables
from ishtirak.statute.wages import MonthWage, month_wage, month_wages


def assess(claim: Claim, *, tables: Tables, as_of: date) -> Assessment:
    """What the claim comes to if paid on `as_of`; on another day the claim differs in its fines alone."""
    plan = plan_months(claim, tables=tables)
    tables.check_reach("as_of", as_of)
    rows = tuple(_row(month, plan=plan, tables=tables, as_of=as_of) for month in plan.months)
    contributions = Halalas(sum(row.total for row in rows))
    fines = Halalas(sum(row.fine for row in rows))
    added = _added(plan, rows=rows, tables=tables, as_of=as_of)
    return Assessment(
        law=plan.law,
        route=plan.admission.route,
        asked=claim.period,
        registered=plan.admission.registered,
        days=plan.admission.days,
        work_started_on=plan.admission.work_started_on,
        first_covered_on=claim.person.first_covered_on,
        rows=rows,
        contributions=contributions,
        fines=fines,
        total=Halalas(contributions + fines),
        added_contributions=Halalas(sum(amount for amount, _ in added)),
        added_fines=Halalas(sum(on_it for _, on_it in added)),
        worker_share=Halalas(sum(row.employee for row in rows)),
        employer_share=Halalas(sum(row.employer for row in rows)),
        applied=applied_rules(plan, rows=rows, tables=tables),
        needs_decision=(*plan.undecided, *left_to_an_officer(plan)),
        as_of=as_of,
        tables=tables.version,
    )


def plan_months(claim: Claim, *, tables: Tables) -> ClaimPlan:
    """What of the claim does not depend on the day of payment, or the refusal of the first thing wrong."""
    tables.check_reach("requested_on", claim.requested_on)
    admission = admit(claim, tables=tables)
    registered = admission.registered
    tables.check_reach("starts_on", registered.starts_on)
    law, undecided = law_of(
        claim.person,
        starts_on=registered.starts_on,
        system=claim.system,
        recorded=(each for each in claim.recorded if each is not admission.amended),
        tables=tables,
    )
    covered = coverage(claim, law=law, admission=admission, tables=tables)
    wages = month_wages(claim, registered=registered, amended=admission.amended, tables=tables)
    overlaps = overlaps_with_other_systems(claim, registered=registered)
    months = _months(admission, covered=covered, wages=wages)
    return ClaimPlan(claim, admission, law, months, (*undecided, *overlaps))


def contributions(
    period: ExistingPeriod,
    *,
    person: PersonFacts,
    establishment: EstablishmentFacts,
    others: Iterable[ExistingPeriod],
    until: date,
    tables: Tables,
) -> PeriodContributions:
    """What a recorded period comes to month by month, to the day `until`, by the rules a claim is assessed by.

    `others` are the person's other standing periods. What was decided when the period was recorded stays. What is
    recorded is computed, with no branch where none covers. Days before the reach of the tables are left out, and
    months for which no wage is recorded. Raises the refusal of what the tables do not hold: `NotInTables`,
    `BirthDateOutsideTables`.
    """
    first = max(period.starts_on, tables.reach.entries[-1].value.first)
    last = min(period.period.ends_on, until)
    if last < first:
        return PeriodContributions()
    registered, recorded, law = Period.between(first, last), tuple(others), period.law
    if law is not None:
        person = person.model_copy(update={"first_covered_on": period.first_covered_on})
    claim = Claim(
        system=period.system,
        person=person,
        establishment=establishment,
        period=registered,
        wages=(),
        requested_on=until,
        recorded=recorded,
    )
    admission = Admission(
        registered=registered,
        days=registered_days.between(period.registered, first=first, last=last),
        added=(),
        work_started_on=period.work_started_on or period.starts_on,
        window_from=first,
        window=tables.look_back_months.entries[-1],
        amended=period,
    )
    if law is None:
        law, _ = law_of(
            person, starts_on=period.starts_on, system=period.system, recorded=recorded, tables=tables
        )
    covered = recorded_coverage(claim, law=law, admission=admission, tables=tables)
    wages = {
        month: month_wage(agreed, month=month, claim=claim, registered=registered, tables=tables)
        for month in registered.months
        if (agreed := period.wage_in(month)) is not None
    }
    months = _months(admission, covered=covered, wages=wages)
    plan = ClaimPlan(claim, admission, law, months, undecided=())
    return PeriodContributions(
        months=tuple(_covered(month) for month in months), applied=recorded_rules(plan)
    )


def _months(
    admission: Admission, *, covered: Mapping[Month, Coverage], wages: Mapping[Month, MonthWage]
) -> tuple[MonthPlan, ...]:
    return tuple(
        MonthPlan(
            month=month,
            days={route: days for route in Route if (days := admission.days_in(month, route))},
            route=admission.route_in(month),
            covered=covered[month],
            wage=wage,
        )
        for month, wage in wages.items()
    )


def _row(planned: MonthPlan, *, plan: ClaimPlan, tables: Tables, as_of: date) -> MonthRow:
    covered = _covered(planned)
    system = plan.claim.system
    delays = {
        route: delay(
            planned.month,
            route=route,
            requested_on=plan.claim.requested_on,
            as_of=as_of,
            system=system,
            tables=tables,
        )
        for route in planned.days
    }
    terms = fine_terms(planned.month, system=system, tables=tables).value
    by_days = [(days, delays[route]) for route, days in planned.days.items()]
    return MonthRow(
        **dict(covered),
        route=planned.route,
        due_on=due_on(planned.month, tables=tables),
        late_months=max(delays.values()),
        fine=fine_by_days(covered.total, delays=by_days, terms=terms),
    )


def _added(
    plan: ClaimPlan, *, rows: Iterable[MonthRow], tables: Tables, as_of: date
) -> tuple[tuple[Halalas, Halalas], ...]:
    """What each month comes to beyond what is recorded of it, and the fine on that."""
    recorded = _recorded(plan, tables=tables)
    added = []
    for row in rows:
        employee, employer = recorded.get(row.month, (0, 0))
        amount = Halalas(max(0, row.employee - employee) + max(0, row.employer - employer))
        late_months = delay(
            row.month,
            route=row.route,
            requested_on=plan.claim.requested_on,
            as_of=as_of,
            system=plan.claim.system,
            tables=tables,
        )
        terms = fine_terms(row.month, system=plan.claim.system, tables=tables).value
        added.append((amount, fine(amount, late_months=late_months, terms=terms)))
    return tuple(added)


def _recorded(plan: ClaimPlan, *, tables: Tables) -> Mapping[Month, tuple[int, int]]:
    """What the amended period comes to as it is recorded, by side; nothing where the tables cannot tell."""
    claim, amended = plan.claim, plan.admission.amended
    if amended is None:
        return {}
    try:
        found = contributions(
            amended,
            person=claim.person,
            establishment=claim.establishment,
            others=(each for each in claim.recorded if each is not amended),
            until=min(amended.period.ends_on, claim.requested_on),
            tables=tables,
        )
    except RuleRefused:
        return {}
    return {row.month: (row.employee, row.employer) for row in found.months}


def _covered(planned: MonthPlan) -> CoveredMonth:
    shares = _shares(planned)
    employee = Halalas(sum(share.employee for share in shares))
    employer = Halalas(sum(share.employer for share in shares))
    return CoveredMonth(
        month=planned.month,
        service_days=planned.service_days,
        month_days=planned.month.days,
        contributory_wage=planned.wage.contributory,
        branches=shares,
        employee=employee,
        employer=employer,
        total=Halalas(employee + employer),
    )


def _shares(planned: MonthPlan) -> tuple[BranchShare, ...]:
    covered = planned.covered
    return tuple(
        share
        for days in sorted(set(covered.days.values()), reverse=True)
        for share in _shares_of([branch for branch in covered.rates if covered.days[branch] == days], planned)
    )


def _shares_of(branches: list[Branch], planned: MonthPlan) -> tuple[BranchShare, ...]:
    """The shares of branches that cover the same days of the month."""
    covered = planned.covered
    days = covered.days[branches[0]]
    amounts = charges(
        planned.wage.contributory,
        rates=[side for branch in branches for side in _sides(covered.rates[branch].value)],
        service_days=days,
        month_days=planned.month.days,
    )
    return tuple(
        BranchShare(branch=branch, days=days, employee=employee, employer=employer)
        for branch, employee, employer in zip(branches, amounts[::2], amounts[1::2], strict=True)
    )


def _sides(rate: Rate) -> tuple[int, int]:
    return rate.employee, rate.employer
