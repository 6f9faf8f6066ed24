"""Wages, contributions and fines by numbers worked by hand (R8 to R11): each comment shows the working."""

import pytest

from tests.oracle.by_hand import (
    NEW,
    OLD,
    SECOND,
    accepted,
    add,
    amend,
    day,
    month,
    paying,
    recorded_each_month,
    refused,
)
from tests.oracle.calendars import last_day
from tests.oracle.facts import Branch, Late, Part, Refusal, Refused, System, Wage
from tests.oracle.money import contributory, counted, late, shared_out
from tests.oracle.register import Register


def test_two_employers_share_the_maximum() -> None:
    register = Register(OLD)
    accepted(register, add("2026-04-01", "2026-04-30", on="2026-04-30", wages=(paying(45_000),)))

    second = accepted(
        register,
        add("2026-04-30", "2026-04-30", on="2026-04-30", wages=(paying(1_000),), employer=SECOND),
    )

    # 1,000 is raised to 1,500; 45,000 x 1,500 / 46,500 = 1,451.6129; 45,000 x 45,000 / 46,500 = 43,548.3870
    assert second.rows[0].wage == 1_451_61
    assert [row.wage for row in register.rows(0)] == [43_548_39]


def test_employers_who_share_no_day_share_no_maximum() -> None:
    register = Register(OLD)
    accepted(register, add("2026-04-01", "2026-04-29", on="2026-04-30", wages=(paying(45_000),)))

    second = accepted(
        register,
        add("2026-04-30", "2026-04-30", on="2026-04-30", wages=(paying(1_000),), employer=SECOND),
    )

    assert second.rows[0].wage == 1_500_00
    assert register.rows(0)[0].wage == 45_000_00


def test_a_halala_that_is_left_goes_to_the_first_of_equal_remainders() -> None:
    # 100 halalas among three equal wages: 33 1/3 each
    assert shared_out(100, wages={"3": 7, "1": 7, "2": 7}) == {"1": 34, "2": 33, "3": 33}


def test_the_largest_remainder_comes_first() -> None:
    # 10 among 2 and 1: 6 2/3 and 3 1/3; among 1 and 3: 2 1/2 and 7 1/2, and the first in order has the halala
    assert shared_out(10, wages={"1": 1, "2": 2}) == {"1": 3, "2": 7}
    assert shared_out(10, wages={"1": 1, "2": 3}) == {"1": 3, "2": 7}


def test_a_wage_over_the_maximum_weighs_in_full() -> None:
    # 60,000 and 30,000: two thirds and one third of 45,000, not halves of what is left after a cut
    wage = contributory(60_000_00, employer="1", others={"2": 30_000_00}, system=System.SOCIAL_INSURANCE)

    assert wage == 30_000_00


def test_the_pensions_have_no_bounds() -> None:
    for own in (1_000_00, 60_000_00):
        assert contributory(own, employer="1", others={}, system=System.CIVIL_PENSION) == own


def test_the_same_wages_again_are_no_correction() -> None:
    register = Register(OLD)
    wages = (paying(5_000, last="2026-03"), paying(20_000, first="2026-04"))
    first = accepted(register, add("2026-01-01", "2026-06-30", on="2026-06-30", wages=wages))

    again = accepted(register, amend("2026-01-01", "2026-06-30", on="2026-11-22", wages=wages))

    assert again.rows == first.rows
    assert [row.wage for row in again.rows] == [5_000_00] * 3 + [20_000_00] * 3


def test_one_wage_throughout_is_a_late_correction_of_the_other_months() -> None:
    register = Register(OLD)
    wages = (paying(5_000, last="2026-03"), paying(20_000, first="2026-04"))
    accepted(register, add("2026-01-01", "2026-06-30", on="2026-06-30", wages=wages))
    again = amend("2026-01-01", "2026-06-30", on="2026-11-22", wages=(paying(20_000),))

    assert refused(register, again) == {Refusal.WAGE_CORRECTION_TOO_LATE}


@pytest.mark.parametrize(("on", "too_late"), [("2026-06-30", False), ("2026-07-01", True)])
def test_a_wage_changes_until_the_end_of_its_month(on: str, too_late: bool) -> None:
    register = Register(OLD)
    accepted(register, add("2026-06-01", "2026-06-15", on="2026-06-15"))
    change = amend("2026-06-01", "2026-06-15", on=on, wages=(paying(11_000),))

    answer = register.apply(change)

    assert isinstance(answer, Refused) == too_late


def test_parts_of_a_wage_that_add_up_to_the_same_are_no_change() -> None:
    register = Register(OLD)
    accepted(register, add("2026-01-01", "2026-01-31", on="2026-01-31"))
    parts = Wage(month("2026-01"), month("2026-01"), basic=8_000_00, housing=2_000_00)

    answer = accepted(register, amend("2026-01-01", "2026-01-31", on="2026-05-01", wages=(parts,)))

    assert answer.rows[0].wage == 10_000_00


def test_a_month_taken_out_still_keeps_its_wage() -> None:
    register = recorded_each_month()
    accepted(register, amend("2026-01-01", "2026-03-31", on="2026-05-10"))
    wages = (paying(10_000, last="2026-03"), paying(9_000, first="2026-04"))
    back = amend("2026-01-01", "2026-04-30", on="2026-06-10", wages=wages)

    assert refused(register, back) == {Refusal.WAGE_CORRECTION_TOO_LATE}


@pytest.mark.parametrize(
    ("text", "employee"),
    [
        ("2024-08", 900_00),
        ("2025-06", 900_00),
        ("2025-07", 950_00),
        ("2026-06", 950_00),
        ("2026-07", 1_000_00),
        ("2027-07", 1_050_00),
        ("2028-06", 1_050_00),
        ("2028-07", 1_100_00),
        ("2030-01", 1_100_00),
    ],
)
def test_the_new_law_steps_up_every_july(text: str, employee: int) -> None:
    ends = last_day(month(text)).isoformat()

    (row,) = accepted(Register(NEW), add(f"{text}-01", ends, on=ends)).rows

    assert row.parts[Branch.ANNUITIES] == Part(row.service_days, employee, employee)


def test_a_pension_counts_the_basic_wage_only() -> None:
    wage = Wage(month("2026-01"), month("2026-01"), basic=6_000_00, housing=500_00, commission=100_00)

    assert counted(wage, system=System.CIVIL_PENSION) == 6_000_00
    assert counted(wage, system=System.SOCIAL_INSURANCE) == 6_600_00


def test_housing_in_kind_is_a_sixth_of_the_basic_wage() -> None:
    # 1,000.03 / 6 = 166.6717 and 1,000.01 / 6 = 166.6683; half a halala is one more: 0.03 / 6 = 0.005
    for basic, both in ((100_003, 116_670), (100_001, 116_668), (3, 4)):
        wage = Wage(month("2026-01"), month("2026-01"), basic=basic, housing_in_kind=True)

        assert counted(wage, system=System.SOCIAL_INSURANCE) == both


def test_nothing_is_registered_without_a_wage() -> None:
    wages = (Wage(month("2026-01"), month("2026-01"), basic=0, commission=500_00),)
    act = add("2026-01-01", "2026-01-31", on="2026-01-31", wages=wages, system=System.MILITARY_PENSION)

    assert refused(Register(OLD), act) == {Refusal.NO_WAGE}


@pytest.mark.parametrize(
    ("paid", "months_late", "fine"),
    [("2026-02-15", 0, 0), ("2026-02-16", 1, 43_00), ("2026-03-15", 1, 43_00), ("2026-03-16", 2, 86_00)],
)
def test_every_month_begun_since_the_fifteenth_costs_two_per_cent(
    paid: str, months_late: int, fine: int
) -> None:
    (row,) = accepted(Register(OLD), add("2026-01-01", "2026-01-31", on="2026-01-31")).rows

    assert late(row, paid_on=day(paid)) == Late(day("2026-02-15"), months_late, fine)


def test_a_late_pension_month_is_fined_from_its_own_due_date() -> None:
    act = add(
        "2025-12-01", "2026-02-28", on="2026-06-01", wages=(paying(9_000),), system=System.CIVIL_PENSION
    )

    rows = accepted(Register(OLD), act).rows

    assert [late(row, paid_on=day("2026-06-01")).fine for row in rows] == [162_00, 129_60, 97_20]
