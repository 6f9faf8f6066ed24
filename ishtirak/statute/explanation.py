"""Which rules shaped the figures, so that the person can see what the statute did to the request."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ishtirak.kernel.dated import Entry
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.insurance import Nationality, Route
from ishtirak.kernel.months import Month
from ishtirak.statute.charges import fine_terms
from ishtirak.statute.law import age_on
from ishtirak.statute.model import AppliedRule, Branch, Decision, LateCorrection, MonthRow
from ishtirak.statute.plan import ClaimPlan
from ishtirak.statute.refusals import WageCorrectionTooLate
from ishtirak.statute.tables import FineTerms, Tables
from ishtirak.statute.wages import MonthWage, late_corrections

LATE_ROUTE = "Implementing regulation, art. 16"
JOINT_MAXIMUM = "Implementing regulation, art. 19"
GOVERNORS_EXCEPTION = "Implementing regulation, art. 21"
START_OF_WORK = "Social Insurance Law, art. 14"
PRORATION = "Implementing regulation, arts. 20 and 36"


def applied_rules(plan: ClaimPlan, *, rows: Iterable[MonthRow], tables: Tables) -> tuple[AppliedRule, ...]:
    """The rules in the order of the form: the period, the branches, the wage, the fine."""
    return (
        *_truncation(plan),
        *_allowed_corrections(plan),
        *recorded_rules(plan),
        *_fines(plan, rows=rows, tables=tables),
    )


def recorded_rules(plan: ClaimPlan) -> tuple[AppliedRule, ...]:
    """The rules behind the contributions of a period, whether it is claimed or recorded."""
    if not plan.months:
        return ()
    return (*_late_route(plan), *_ages(plan), *_rates(plan), *_wages(plan), *_partial_months(plan))


def left_to_an_officer(plan: ClaimPlan) -> tuple[Decision, ...]:
    """What the statutes leave to a person's decision in this claim, beyond which law applies."""
    return (*_employers_affected(plan), *_late_corrections(plan))


def _employers_affected(plan: ClaimPlan) -> Iterable[Decision]:
    """Sharing the maximum also changes what the other employers owe: an officer sees it before it is posted."""
    shared = [planned.month for planned in plan.months if planned.wage.joint_cap is not None]
    if shared:
        yield Decision(
            rule="WAG-03", code="other_employers_owe_less", source=JOINT_MAXIMUM, facts=_span(shared)
        )


def _late_corrections(plan: ClaimPlan) -> Iterable[Decision]:
    """A wage corrected after its month: the Governor alone may allow it (WAG-04)."""
    months = _corrected_late(plan)
    if months and plan.claim.late_correction is LateCorrection.ASKED:
        yield Decision(
            rule="WAG-04",
            code="late_wage_correction",
            source=WageCorrectionTooLate.source,
            facts=_span(months),
        )


def _corrected_late(plan: ClaimPlan) -> tuple[Month, ...]:
    amended = plan.admission.amended
    wages = {planned.month: planned.wage for planned in plan.months}
    return late_corrections(plan.claim, wages=wages, amended=amended) if amended else ()


def _span(months: Iterable[Month]) -> dict[str, Fact]:
    ordered = sorted(months)
    return {"from_month": str(ordered[0]), "until_month": str(ordered[-1])}


def _from_entry[Held](rule: str, code: str, entry: Entry[Held], facts: dict[str, Fact]) -> AppliedRule:
    return AppliedRule(rule=rule, code=code, source=entry.source, assumed=entry.assumed, facts=facts)


def _truncation(plan: ClaimPlan) -> Iterable[AppliedRule]:
    registered = plan.admission.registered
    if registered.starts_on > plan.claim.period.starts_on:
        facts: dict[str, Fact] = {
            "asked_from": plan.claim.period.starts_on.isoformat(),
            "starts_on": registered.starts_on.isoformat(),
            "months": plan.admission.window.value,
        }
        yield _from_entry("REG-04", "truncated_to_window", plan.admission.window, facts)


def _late_route(plan: ClaimPlan) -> Iterable[AppliedRule]:
    late = [planned for planned in plan.months if Route.RETROACTIVE in planned.days]
    if late:
        facts = _span(planned.month for planned in late)
        yield AppliedRule(rule="REG-03", code="late_route_annuities_only", source=LATE_ROUTE, facts=facts)
    for planned in late:
        late_days = planned.days[Route.RETROACTIVE]
        if late_days < planned.service_days:
            days: dict[str, Fact] = {
                "month": str(planned.month),
                "late_days": late_days,
                "service_days": planned.service_days,
            }
            yield AppliedRule(rule="REG-03", code="late_days_annuities_only", source=LATE_ROUTE, facts=days)


def _ages(plan: ClaimPlan) -> Iterable[AppliedRule]:
    if _start_of_work_decides(plan):
        began: dict[str, Fact] = {"work_started_on": plan.admission.work_started_on.isoformat()}
        yield AppliedRule(rule="REG-08", code="age_at_start_of_work", source=START_OF_WORK, facts=began)
    codes = {
        Branch.ANNUITIES: "too_old_for_annuities",
        Branch.SANED: "too_old_for_saned",
    }
    for branch, code in codes.items():
        months = [planned for planned in plan.months if branch in planned.covered.too_old_for]
        if months:
            ages = months[0].covered.ages
            yield _from_entry("REG-08", code, ages, _span(planned.month for planned in months))


def _start_of_work_decides(plan: ClaimPlan) -> bool:
    """Whether an age limit was passed between the start of the work and the first day that is registered."""
    ages, born = plan.months[0].covered.ages.value, plan.claim.person.born
    then, now = (
        age_on(day, born=born, calendar=ages.calendar)
        for day in (plan.admission.work_started_on, plan.admission.registered.starts_on)
    )
    return any(then < limit <= now for limit in (ages.annuities_below, ages.saned_below))


def _rates(plan: ClaimPlan) -> Iterable[AppliedRule]:
    """Every rate in the period, from the first month it is used in."""
    seen: dict[tuple[Branch, int, int], AppliedRule] = {}
    gcc = plan.claim.person.nationality is Nationality.GCC
    for planned in plan.months:
        for branch, entry in planned.covered.rates.items():
            code = "gcc_home_rate" if gcc and branch is Branch.ANNUITIES else "rate"
            facts: dict[str, Fact] = {
                "branch": branch.value,
                "employee": entry.value.employee,
                "employer": entry.value.employer,
                "from_month": str(planned.month),
            }
            key = (branch, entry.value.employee, entry.value.employer)
            seen.setdefault(key, _from_entry("CON-01", code, entry, facts))
    return seen.values()


def _wages(plan: ClaimPlan) -> Iterable[AppliedRule]:
    for code, (rule, matches) in _WAGE_RULES.items():
        months = [planned for planned in plan.months if matches(planned.wage)]
        if months:
            entry, limit = _behind(code, wage=months[0].wage)
            yield _from_entry(rule, code, entry, _span(planned.month for planned in months) | limit)


def _left_out(wage: MonthWage) -> bool:
    parts = wage.parts.value
    allowances = wage.agreed.housing or wage.agreed.housing_in_kind
    return bool((not parts.housing and allowances) or (not parts.commission and wage.agreed.commission))


def _raised(wage: MonthWage) -> bool:
    floor = wage.bounds.value.floor
    return floor is not None and wage.counted < floor


def _capped(wage: MonthWage) -> bool:
    cap = wage.bounds.value.cap
    return wage.joint_cap is None and cap is not None and wage.counted > cap


_WAGE_RULES: Final[Mapping[str, tuple[str, Callable[[MonthWage], bool]]]] = {
    "allowances_not_counted": ("WAG-01", _left_out),
    "in_kind_housing_counted": (
        "WAG-01",
        lambda wage: wage.agreed.housing_in_kind and wage.parts.value.housing,
    ),
    "wage_raised_to_minimum": ("WAG-02", _raised),
    "wage_cut_to_maximum": ("WAG-02", _capped),
    "wage_shared_between_employers": ("WAG-03", lambda wage: wage.joint_cap is not None),
}


def _behind(code: str, *, wage: MonthWage) -> tuple[Entry[Any], dict[str, Fact]]:
    """The entry of the tables the rule comes from, with the limit it sets."""
    bounds = wage.bounds.value
    if code == "wage_shared_between_employers" and wage.joint_cap is not None:
        return wage.joint_cap, {"halalas": wage.joint_cap.value}
    if code == "wage_raised_to_minimum":
        return wage.bounds, {"halalas": bounds.floor}
    if code == "wage_cut_to_maximum":
        return wage.bounds, {"halalas": bounds.cap}
    return wage.parts, {}


def _allowed_corrections(plan: ClaimPlan) -> Iterable[AppliedRule]:
    months = _corrected_late(plan)
    if months and plan.claim.late_correction is LateCorrection.ALLOWED:
        yield AppliedRule(
            rule="WAG-04",
            code="late_correction_allowed",
            source=GOVERNORS_EXCEPTION,
            facts=_span(months),
        )


def _partial_months(plan: ClaimPlan) -> Iterable[AppliedRule]:
    partial = [planned for planned in plan.months if planned.service_days < planned.month.days]
    for planned in partial:
        facts: dict[str, Fact] = {
            "month": str(planned.month),
            "service_days": planned.service_days,
            "month_days": planned.month.days,
        }
        yield AppliedRule(rule="CON-02", code="partial_month", source=PRORATION, facts=facts)


def _fines(plan: ClaimPlan, *, rows: Iterable[MonthRow], tables: Tables) -> Iterable[AppliedRule]:
    late = [row for row in rows if row.fine]
    if late:
        terms: Entry[FineTerms] = fine_terms(late[0].month, system=plan.claim.system, tables=tables)
        facts = _span(row.month for row in late) | {"per_month": terms.value.per_month}
        yield _from_entry("FIN-01", "late_fine", terms, facts)
