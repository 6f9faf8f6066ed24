"""The one question the rest of the system asks: what is registered, what is due, and why.

Pure and total: every valid claim is computed, or refused by a `RuleRefused` that names its rule and source.
"""

from datetime import date

from ishtirak.kernel.money import Halalas
from ishtirak.statute.charges import charges, delay, due_on, fine, fine_terms
from ishtirak.statute.coverage import coverage
from ishtirak.statute.explanation import applied_rules, employers_affected
from ishtirak.statute.law import law_of
from ishtirak.statute.model import Assessment, BranchShare, Claim, MonthRow
from ishtirak.statute.plan import ClaimPlan, MonthPlan
from ishtirak.statute.registration import admit, overlaps_with_other_systems
from ishtirak.statute.tables import Rate, Tables
from ishtirak.statute.wages import month_wages


def assess(claim: Claim, *, tables: Tables, as_of: date) -> Assessment:
    """What the claim comes to if paid on `as_of`; on another day the claim differs in its fines alone."""
    plan = plan_months(claim, tables=tables)
    tables.check_reach("as_of", as_of)
    rows = tuple(_row(month, plan=plan, tables=tables, as_of=as_of) for month in plan.months)
    contributions = Halalas(sum(row.total for row in rows))
    fines = Halalas(sum(row.fine for row in rows))
    return Assessment(
        law=plan.law,
        route=plan.admission.route,
        asked=claim.period,
        registered=plan.admission.registered,
        rows=rows,
        contributions=contributions,
        fines=fines,
        total=Halalas(contributions + fines),
        worker_share=Halalas(sum(row.employee for row in rows)),
        employer_share=Halalas(sum(row.employer for row in rows)),
        applied=applied_rules(plan, rows=rows, tables=tables),
        needs_decision=(*plan.undecided, *employers_affected(plan)),
        as_of=as_of,
        tables=tables.version,
    )


def plan_months(claim: Claim, *, tables: Tables) -> ClaimPlan:
    """What of the claim does not depend on the day of payment, or the refusal of the first thing wrong."""
    tables.check_reach("requested_on", claim.requested_on)
    admission = admit(claim, tables=tables)
    registered = admission.registered
    tables.check_reach("starts_on", registered.starts_on)
    law, undecided = law_of(claim.person, starts_on=registered.starts_on, system=claim.system, tables=tables)
    covered = coverage(claim, law=law, admission=admission, tables=tables)
    wages = month_wages(claim, registered=registered, amended=admission.amended, tables=tables)
    months = tuple(
        MonthPlan(month, registered.days_in(month), admission.route_in(month), covered[month], wages[month])
        for month in registered.months
    )
    overlaps = overlaps_with_other_systems(claim, registered=registered)
    return ClaimPlan(claim, admission, law, months, (*undecided, *overlaps))


def _row(planned: MonthPlan, *, plan: ClaimPlan, tables: Tables, as_of: date) -> MonthRow:
    shares = _shares(planned)
    employee = Halalas(sum(share.employee for share in shares))
    employer = Halalas(sum(share.employer for share in shares))
    total = Halalas(employee + employer)
    late_months = delay(
        planned.month,
        route=planned.route,
        requested_on=plan.claim.requested_on,
        as_of=as_of,
        system=plan.claim.system,
        tables=tables,
    )
    terms = fine_terms(planned.month, system=plan.claim.system, tables=tables).value
    return MonthRow(
        month=planned.month,
        service_days=planned.service_days,
        month_days=planned.month.days,
        contributory_wage=planned.wage.contributory,
        branches=shares,
        employee=employee,
        employer=employer,
        total=total,
        due_on=due_on(planned.month, tables=tables),
        late_months=late_months,
        fine=fine(total, late_months=late_months, terms=terms),
    )


def _shares(planned: MonthPlan) -> tuple[BranchShare, ...]:
    sides = [side for entry in planned.covered.rates.values() for side in _sides(entry.value)]
    amounts = charges(
        planned.wage.contributory,
        rates=sides,
        service_days=planned.service_days,
        month_days=planned.month.days,
    )
    return tuple(
        BranchShare(branch=branch, employee=employee, employer=employer)
        for branch, employee, employer in zip(planned.covered.rates, amounts[::2], amounts[1::2], strict=True)
    )


def _sides(rate: Rate) -> tuple[int, int]:
    return rate.employee, rate.employer
