"""The wage everybody speaks of, and how one form of it becomes another."""

from typing import Any

import pytest
from pydantic import ValidationError

from ishtirak.kernel.months import Month
from ishtirak.kernel.wage import LARGEST_WAGE, AgreedWage, OpenWageLine, Wage, WageLine

JANUARY, MARCH, JUNE = Month(2025, 1), Month(2025, 3), Month(2025, 6)
PARTS = {"basic": 800_000, "housing": 200_000, "housing_in_kind": False, "commission": 5_000}


def line(first: Month = JANUARY, last: Month = JUNE) -> WageLine:
    return WageLine(first_month=first, last_month=last, **PARTS)


@pytest.mark.parametrize("part", ["basic", "housing", "commission", "transport", "other"])
@pytest.mark.parametrize("amount", [-1, LARGEST_WAGE + 1, 1.5, "1", True])
def test_a_part_of_a_wage_is_whole_halalas_within_bounds(part: str, amount: Any) -> None:
    with pytest.raises(ValidationError):
        AgreedWage.model_validate({"basic": 1, part: amount})

    assert AgreedWage.model_validate({"basic": 1, part: LARGEST_WAGE})


def test_what_is_not_said_is_nothing() -> None:
    wage = AgreedWage(basic=1)

    assert wage.parts() == {
        "basic": 1,
        "housing": 0,
        "housing_in_kind": False,
        "commission": 0,
        "transport": 0,
        "other": 0,
    }


@pytest.mark.parametrize("form", [WageLine, OpenWageLine])
def test_a_line_ends_in_or_after_its_first_month(form: type[Wage]) -> None:
    with pytest.raises(ValidationError) as refused:
        form.model_validate({"first_month": "2025-02", "last_month": "2025-01", "basic": 1})

    assert refused.value.errors()[0]["type"] == "wage_line_order"
    assert form.model_validate({"first_month": "2025-02", "last_month": "2025-02", "basic": 1})


@pytest.mark.parametrize(
    ("within", "left"),
    [
        ((JANUARY, JUNE), (JANUARY, JUNE)),
        ((MARCH, Month(2026, 1)), (MARCH, JUNE)),
        ((Month(2024, 1), MARCH), (JANUARY, MARCH)),
        ((JUNE, JUNE), (JUNE, JUNE)),
        ((Month(2025, 7), Month(2025, 8)), None),
        ((Month(2024, 1), Month(2024, 12)), None),
    ],
)
def test_a_line_is_cut_to_the_months_both_have(
    within: tuple[Month, Month], left: tuple[Month, Month] | None
) -> None:
    assert line().within(*within) == (None if left is None else line(*left))


def test_the_wage_of_a_claim_becomes_a_recorded_line() -> None:
    recorded = OpenWageLine.of(line(), first_month=MARCH, last_month=JUNE)

    assert recorded == OpenWageLine(first_month=MARCH, last_month=JUNE, **PARTS)


def test_the_wage_of_a_contract_becomes_an_open_line_with_every_allowance() -> None:
    agreed = AgreedWage(**PARTS, transport=30_000, other=40_000)

    recorded = OpenWageLine.of(agreed, first_month=JANUARY)

    assert recorded.last_month is None
    assert recorded.parts() == agreed.parts() == PARTS | {"transport": 30_000, "other": 40_000}
