"""Law art. 8, regulation arts. 17, 19 and 21: the wage contributions are counted on."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.insurance import Nationality, System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.wage import WageLine
from ishtirak.statute.model import Assessment, Claim, MonthRow
from ishtirak.statute.refusals import (
    HousingGivenTwice,
    RuleRefused,
    WageGivenTwice,
    WageMissing,
    WageNotPositive,
    WageOutsidePeriod,
)
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import WageBounds
from ishtirak.statute.wages import bounded_wage, cap_pro_rata
from tests.unit.statute.claims import (
    ELSEWHERE,
    HERE,
    TABLES,
    THIRD,
    amounts,
    claim,
    day,
    line,
    person,
    recorded,
)

CAP = Halalas(4_500_000)


def assessed(asked: Claim) -> Assessment:
    """The assessment as of its own request day."""
    return assess(asked, tables=TABLES, as_of=asked.requested_on)


def wages_of(asked: Claim) -> list[int]:
    """The contributory wage of each month."""
    return [row.contributory_wage for row in assessed(asked).rows]


def codes_of(asked: Claim) -> list[str]:
    """The codes of the rules that shaped the figures."""
    return [rule.code for rule in assessed(asked).applied]


def lines(*ranges: tuple[str, str], **parts: Any) -> tuple[WageLine, ...]:
    """Wage lines over ranges of months."""
    basic = {"basic": Halalas(1_000_000)} | parts
    return tuple(
        WageLine(first_month=Month.parse(first), last_month=Month.parse(last), **basic)
        for first, last in ranges
    )


@pytest.mark.parametrize(
    ("parts", "wage", "code"),
    [
        ({"basic": 800_000, "housing": 200_000}, 1_000_000, None),
        ({"basic": 800_000, "commission": 150_000}, 950_000, None),
        ({"basic": 600_000, "housing_in_kind": True}, 700_000, "in_kind_housing_counted"),
        ({"basic": 500_003, "housing_in_kind": True}, 583_337, "in_kind_housing_counted"),
        ({"basic": 120_000}, 150_000, "wage_raised_to_minimum"),
        ({"basic": 150_000}, 150_000, None),
        ({"basic": 4_500_000}, 4_500_000, None),
        ({"basic": 4_500_001}, 4_500_000, "wage_cut_to_maximum"),
        ({"basic": 0, "commission": 200_000}, 200_000, None),
    ],
)
def test_reg_art_17_the_wage_is_basic_commission_and_housing(
    parts: dict[str, Any], wage: int, code: str | None
) -> None:
    asked = claim(wages=lines(("2025-01", "2025-06"), **parts))

    assert wages_of(asked) == [wage] * 6
    shaping = [known for known in codes_of(asked) if "wage" in known or "housing" in known]
    assert shaping == ([] if code is None else [code])


def test_the_pensions_count_the_basic_salary_whole() -> None:
    asked = claim(
        system=System.CIVIL_PENSION,
        wages=lines(("2025-01", "2025-06"), basic=Halalas(9_000_000), housing=Halalas(300_000)),
    )

    assert wages_of(asked) == [9_000_000] * 6
    assert "allowances_not_counted" in codes_of(asked)
    assert "allowances_not_counted" not in codes_of(claim(system=System.CIVIL_PENSION))


@pytest.mark.parametrize("part", [{"commission": Halalas(1)}, {"housing_in_kind": True}])
def test_the_pensions_say_which_part_was_left_out(part: dict[str, Any]) -> None:
    asked = claim(system=System.MILITARY_PENSION, wages=lines(("2025-01", "2025-06"), **part))

    assert "allowances_not_counted" in codes_of(asked)
    assert "in_kind_housing_counted" not in codes_of(asked)


def test_a_non_saudi_s_least_wage_is_that_of_the_hazards_branch() -> None:
    asked = claim("2026-02-01", "2026-02-20", wage=30_000)
    facts = {"nationality": Nationality.NON_SAUDI, "dates_from_authority": asked.period}

    assert wages_of(asked.model_copy(update={"person": person(**facts)})) == [40_000]


@pytest.mark.parametrize(
    ("wages", "refusal", "month"),
    [
        ((), WageMissing, "2025-01"),
        (lines(("2025-01", "2025-05")), WageMissing, "2025-06"),
        (lines(("2025-01", "2025-02"), ("2025-04", "2025-06")), WageMissing, "2025-03"),
        (lines(("2025-01", "2025-03"), ("2025-03", "2025-06")), WageGivenTwice, "2025-03"),
        (lines(("2024-12", "2025-06")), WageOutsidePeriod, "2024-12"),
        (lines(("2025-01", "2025-07")), WageOutsidePeriod, "2025-07"),
        (lines(("2025-01", "2025-06"), basic=Halalas(0)), WageNotPositive, "2025-01"),
        (
            lines(("2025-01", "2025-06"), housing_in_kind=True, housing=Halalas(1)),
            HousingGivenTwice,
            "2025-01",
        ),
    ],
)
def test_reg_art_17_every_month_has_exactly_one_wage(
    wages: tuple[WageLine, ...], refusal: type[RuleRefused], month: str
) -> None:
    with pytest.raises(RuleRefused) as refused:
        assessed(claim(wages=wages))

    assert type(refused.value) is refusal
    assert refused.value.facts["month"] == month


def test_wages_of_months_cut_off_by_the_window_need_not_be_known() -> None:
    asked = claim("2023-01-01", "2025-02-28", requested_on="2026-11-22", wages=lines(("2024-11", "2025-02")))

    assert len(assessed(asked).rows) == 4


def test_a_wage_may_change_from_month_to_month() -> None:
    low, high = lines(("2025-01", "2025-02")), lines(("2025-03", "2025-06"), basic=Halalas(1_200_000))

    assert wages_of(claim(wages=high + low)) == [1_000_000] * 2 + [1_200_000] * 4


@given(amounts(), st.none() | amounts(), st.none() | amounts())
def test_law_art_8_a_bounded_wage_is_inside_the_bounds(
    wage: Halalas, one: Halalas | None, other: Halalas | None
) -> None:
    floor, cap = (one, other) if one is None or other is None else sorted((one, other))
    bounds = WageBounds(floor=floor, cap=cap)

    bounded = bounded_wage(wage, bounds=bounds)

    assert floor is None or bounded >= floor
    assert cap is None or bounded <= cap
    assert bounded in {wage, floor, cap}
    assert bounded_wage(bounded, bounds=bounds) == bounded


wages = st.lists(st.integers(1, 10**9).map(Halalas), min_size=1, max_size=6).map(tuple)


@given(wages)
def test_reg_art_19_several_wages_count_as_the_cap_exactly_and_in_proportion(
    wages: tuple[Halalas, ...],
) -> None:
    shared = cap_pro_rata(wages, cap=CAP)

    assert sum(shared) == min(sum(wages), CAP)
    for agreed, counted in zip(wages, shared, strict=True):
        assert counted <= agreed
        assert sum(wages) <= CAP or abs(counted * sum(wages) - agreed * CAP) < sum(wages)


def other(wage: int, starts_on: str = "2025-01-01", ends_on: str | None = None, **changes: Any) -> Any:
    """A recorded period with another employer."""
    return recorded(starts_on, ends_on, wage=wage, **({"establishment": ELSEWHERE} | changes))


def rows_with(*others: Any, wage: int = 3_000_000) -> tuple[MonthRow, ...]:
    """The rows of six months beside other employers."""
    return assessed(claim(wage=wage, recorded=others)).rows


def test_reg_art_19_two_equal_wages_each_count_as_half_the_cap() -> None:
    assert [row.contributory_wage for row in rows_with(other(3_000_000))] == [2_250_000] * 6


@pytest.mark.parametrize(("wage", "counted"), [(1_500_000, 3_000_000), (1_500_001, 2_999_999)])
def test_reg_art_19_nothing_is_reduced_up_to_the_cap(wage: int, counted: int) -> None:
    asked = claim(wage=3_000_000, recorded=(other(wage),))

    assert wages_of(asked)[0] == counted
    assert ("wage_shared_between_employers" in codes_of(asked)) == (counted < 3_000_000)


def test_reg_art_19_only_days_served_together_share_the_cap() -> None:
    until_mid_march = other(3_000_000, "2025-01-01", "2025-03-15")

    reduced = [row.contributory_wage for row in rows_with(until_mid_march)]

    assert reduced == [2_250_000] * 3 + [3_000_000] * 3


def test_reg_art_19_employment_before_joining_in_the_same_month_is_not_together() -> None:
    asked = claim(
        "2025-01-16", "2025-01-31", wage=3_000_000, recorded=(other(3_000_000, "2025-01-01", "2025-01-15"),)
    )

    assert wages_of(asked) == [3_000_000]


def test_reg_art_19_another_system_s_wage_does_not_count() -> None:
    assert rows_with(other(3_000_000, system=System.CIVIL_PENSION))[0].contributory_wage == 3_000_000


def test_reg_art_19_one_employer_s_larger_wage_of_a_month_counts_once() -> None:
    one = other(3_000_000, "2025-01-01", "2025-01-15")
    raised = other(6_000_000, "2025-01-16", "2025-01-31", id="period-2")

    assert rows_with(one, raised)[0].contributory_wage == 1_500_000
    assert rows_with(raised, one)[0].contributory_wage == 1_500_000


def test_reg_art_19_the_parts_seen_from_each_employer_sum_to_the_cap() -> None:
    here = recorded("2025-01-01", None, wage=3_333_333, establishment=HERE)
    there = recorded("2025-01-01", None, wage=2_222_222, establishment=ELSEWHERE)
    third = recorded("2025-01-01", None, wage=1_111_111, establishment=THIRD)
    seen = []
    for mine in (here, there, third):
        rest = tuple(period for period in (here, there, third) if period is not mine)
        asked = claim(wage=mine.wages[0].basic, recorded=rest)
        place = asked.establishment.model_copy(update={"number": mine.establishment})
        seen.append(wages_of(asked.model_copy(update={"establishment": place}))[0])

    assert sum(seen) == CAP


def test_reg_art_19_the_other_employers_lower_dues_are_left_to_an_officer() -> None:
    answer = assessed(claim(wage=3_000_000, recorded=(other(3_000_000, "2025-02-01", "2025-03-31"),)))

    assert [rule.facts for rule in answer.applied if rule.code == "wage_shared_between_employers"] == [
        {"from_month": "2025-02", "until_month": "2025-03", "halalas": 4_500_000}
    ]
    assert [(d.rule, d.code, d.facts) for d in answer.needs_decision] == [
        ("WAG-03", "other_employers_owe_less", {"from_month": "2025-02", "until_month": "2025-03"})
    ]


def test_the_least_wage_is_applied_before_the_cap_is_shared() -> None:
    reduced = rows_with(other(4_500_000), wage=100_000)[0].contributory_wage

    assert reduced == 150_000 * 4_500_000 // 4_650_000


def test_one_line_may_cover_a_single_day() -> None:
    asked = claim("2026-01-31", "2026-01-31", requested_on="2026-02-01")

    assert asked.wages == (line(asked.period),)
    assert assessed(asked).rows[0].service_days == 1
    assert day("2026-01-31") == asked.period.starts_on
