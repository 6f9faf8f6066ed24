"""The person is told every rule that shaped the figures: which, from what source, over which months."""

from typing import Any

import pytest

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.insurance import System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.wage import WageLine
from ishtirak.statute.model import AppliedRule, Claim, Decision
from ishtirak.statute.rules import assess
from tests.unit.statute.claims import ELSEWHERE, TABLES, claim, person, recorded

LAW_8 = "Social Insurance Law, art. 8; the least wage from the authority's published answers"
REG_17 = (
    "Social Insurance Law, art. 8 and implementing regulation, art. 17: "
    "in-kind housing is two months' basic a year"
)


def applied(asked: Claim, code: str) -> AppliedRule:
    """The one applied rule of that code."""
    answer = assess(asked, tables=TABLES, as_of=asked.requested_on)
    (rule,) = (rule for rule in answer.applied if rule.code == code)
    return rule


def wages(**in_march: Any) -> tuple[WageLine, ...]:
    """Ten thousand riyals, except in March and April."""
    ordinary = {"basic": Halalas(1_000_000)}
    months = [
        Month.parse(text) for text in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06")
    ]
    return (
        WageLine(first_month=months[0], last_month=months[1], **ordinary),
        WageLine(first_month=months[2], last_month=months[3], **(ordinary | in_march)),
        WageLine(first_month=months[4], last_month=months[5], **ordinary),
    )


@pytest.mark.parametrize(
    ("code", "rule", "source", "assumed", "facts", "changed"),
    [
        ("wage_raised_to_minimum", "WAG-02", LAW_8, True, {"halalas": 150_000}, {"basic": Halalas(149_999)}),
        ("wage_cut_to_maximum", "WAG-02", LAW_8, True, {"halalas": 4_500_000}, {"basic": Halalas(4_500_001)}),
        ("in_kind_housing_counted", "WAG-01", REG_17, False, {}, {"housing_in_kind": True}),
    ],
)
def test_what_was_done_to_a_wage_is_told_with_its_months(
    code: str, rule: str, source: str, assumed: bool, facts: dict[str, int], changed: dict[str, Any]
) -> None:
    told = applied(claim(wages=wages(**changed)), code)

    assert told == AppliedRule(
        rule=rule,
        code=code,
        source=source,
        assumed=assumed,
        facts={"from_month": "2025-03", "until_month": "2025-04"} | facts,
    )


def test_shared_wages_are_told_to_the_person_and_to_the_officer() -> None:
    other = recorded("2025-03-01", "2025-04-30", wage=4_000_000, establishment=ELSEWHERE)
    asked = claim(recorded=(other,))
    months = {"from_month": "2025-03", "until_month": "2025-04"}

    assert applied(asked, "wage_shared_between_employers") == AppliedRule(
        rule="WAG-03",
        code="wage_shared_between_employers",
        source="Implementing regulation, art. 19",
        facts=months | {"halalas": 4_500_000},
    )
    assert assess(asked, tables=TABLES, as_of=asked.requested_on).needs_decision == (
        Decision(
            rule="WAG-03",
            code="other_employers_owe_less",
            source="Implementing regulation, art. 19",
            facts=dict(months),
        ),
    )


def test_a_wage_above_the_maximum_that_is_shared_is_not_also_cut() -> None:
    other = recorded("2025-01-01", None, establishment=ELSEWHERE)
    asked = claim(wage=5_000_000, recorded=(other,))

    codes = {rule.code for rule in assess(asked, tables=TABLES, as_of=asked.requested_on).applied}

    assert "wage_shared_between_employers" in codes
    assert "wage_cut_to_maximum" not in codes


def test_each_rule_of_a_shared_wage_names_its_own_source() -> None:
    other = recorded("2025-01-01", None, wage=4_000_000, establishment=ELSEWHERE)
    asked = claim(wages=wages(housing_in_kind=True), recorded=(other,))

    assert applied(asked, "in_kind_housing_counted").source == REG_17
    assert applied(asked, "wage_shared_between_employers").source == "Implementing regulation, art. 19"


def test_allowances_left_out_of_a_pension_are_told() -> None:
    asked = claim(system=System.CIVIL_PENSION, wages=wages(housing=Halalas(1)))

    assert applied(asked, "allowances_not_counted") == AppliedRule(
        rule="WAG-01",
        code="allowances_not_counted",
        source="Civil pension: the basic salary, no allowances",
        facts={"from_month": "2025-03", "until_month": "2025-04"},
    )


def test_the_late_route_is_told() -> None:
    assert applied(claim(), "late_route_annuities_only") == AppliedRule(
        rule="REG-03",
        code="late_route_annuities_only",
        source="Implementing regulation, art. 16",
        facts={"from_month": "2025-01", "until_month": "2025-06"},
    )
    in_time = claim("2026-03-01", "2026-03-10", requested_on="2026-03-10")
    codes = {rule.code for rule in assess(in_time, tables=TABLES, as_of=in_time.requested_on).applied}
    assert codes == {"rate", "partial_month"}


def test_a_partial_month_is_told_with_its_days() -> None:
    assert applied(claim("2025-01-20", "2025-02-28"), "partial_month") == AppliedRule(
        rule="CON-02",
        code="partial_month",
        source="Implementing regulation, arts. 20 and 36",
        facts={"month": "2025-01", "service_days": 12, "month_days": 31},
    )


def test_the_rate_and_the_fine_are_told() -> None:
    assert applied(claim(), "rate") == AppliedRule(
        rule="CON-01",
        code="rate",
        source="Social insurance under the old law, annuities 18%",
        facts={"branch": "ANNUITIES", "employee": 900, "employer": 900, "from_month": "2025-01"},
    )
    assert applied(claim(), "late_fine") == AppliedRule(
        rule="FIN-01",
        code="late_fine",
        source="Social Insurance Law, art. 9; implementing regulation, arts. 16 and 24",
        facts={"from_month": "2025-01", "until_month": "2025-06", "per_month": 200},
    )


def test_only_the_months_that_are_fined_are_told() -> None:
    asked = claim("2026-01-01", "2026-03-10", requested_on="2026-03-10")

    assert applied(asked, "late_fine").facts["until_month"] == "2026-01"


def test_age_limits_are_told() -> None:
    asked = claim(
        "2026-03-01",
        "2026-03-10",
        requested_on="2026-03-10",
        person=person(born=CivilDate.parse("1960-01-01"), uncompensated_before_new_law=frozenset()),
    )

    assert applied(asked, "too_old_for_annuities") == AppliedRule(
        rule="REG-08",
        code="too_old_for_annuities",
        source="Social Insurance Law, arts. 2, 14 and 43; least age: announcement of November 2025",
        facts={"from_month": "2026-03", "until_month": "2026-03"},
    )


def test_the_rules_come_in_the_order_of_the_form() -> None:
    asked = claim("2024-01-01", "2025-06-12", requested_on="2026-11-22", wage=100_000)

    assert [rule.code for rule in assess(asked, tables=TABLES, as_of=asked.requested_on).applied] == [
        "truncated_to_window",
        "late_route_annuities_only",
        "rate",
        "wage_raised_to_minimum",
        "partial_month",
        "partial_month",
        "late_fine",
    ]


def test_the_law_s_open_question_is_told_with_its_source_and_day() -> None:
    asked = claim(
        "2024-06-30",
        "2024-12-31",
        requested_on="2026-03-10",
        person=person(uncompensated_before_new_law=frozenset()),
    )

    assert assess(asked, tables=TABLES, as_of=asked.requested_on).needs_decision == (
        Decision(
            rule="LAW-02",
            code="period_reaches_before_new_law",
            source="Royal Decree M/273, transitional clause 2",
            facts={"starts_on": "2024-06-30"},
        ),
    )
