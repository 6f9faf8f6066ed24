"""Routes, windows and periods by numbers worked by hand (R1 to R5): each comment shows the working."""

from datetime import date

import pytest

from tests.oracle.by_hand import OLD, accepted, add, amend, branch_days, paying, recorded_each_month, refused
from tests.oracle.calendars import months_before
from tests.oracle.facts import Branch, Part, Refusal, System
from tests.oracle.register import Register


def test_a_month_added_late_leaves_the_recorded_months_all_their_branches() -> None:
    register = recorded_each_month()

    first = accepted(register, amend("2025-12-01", "2026-04-30", on="2026-11-22"))
    again = accepted(register, amend("2025-12-01", "2026-04-30", on="2026-11-22"))

    # December: 900 + 900; January to April: 900 + 900 + 75 + 75 + 200 = 2,150 each; 1,800 + 4 x 2,150 = 10,400
    assert [row.total for row in first.rows] == [1_800_00, 2_150_00, 2_150_00, 2_150_00, 2_150_00]
    assert sum(row.total for row in first.rows) == sum(row.total for row in again.rows) == 1_040_000


def test_one_day_recorded_on_time_is_one_day_of_every_branch() -> None:
    register = Register(OLD)
    wages = (paying(9_000),)
    accepted(register, add("2025-06-30", "2025-06-30", on="2025-06-30", wages=wages))

    (row,) = accepted(register, amend("2025-06-01", "2025-06-30", on="2026-06-01", wages=wages)).rows

    # annuities: 9% of 9,000 = 810 a side; SANED: 0.75% = 67.50, of which 1/30 = 2.25; hazards: 2% = 180, of which 1/30
    assert row.parts == {
        Branch.ANNUITIES: Part(30, 810_00, 810_00),
        Branch.SANED: Part(1, 2_25, 2_25),
        Branch.HAZARDS: Part(1, 0, 6_00),
    }


def test_a_claim_that_starts_late_has_every_branch_at_its_end() -> None:
    # requested on 10 March: January is late, February in the worker's window, March on time
    rows = accepted(Register(OLD), add("2026-01-01", "2026-03-10", on="2026-03-10")).rows

    assert [branch_days(row) for row in rows] == [
        {Branch.ANNUITIES: 31},
        {Branch.ANNUITIES: 28, Branch.SANED: 28, Branch.HAZARDS: 28},
        {Branch.ANNUITIES: 10, Branch.SANED: 10, Branch.HAZARDS: 10},
    ]


@pytest.mark.parametrize(
    ("on", "branches"),
    [("2026-01-31", 3), ("2026-02-01", 3), ("2026-02-28", 3), ("2026-03-01", 1)],
)
def test_a_month_is_late_from_the_second_month_after_it(on: str, branches: int) -> None:
    (row,) = accepted(Register(OLD), add("2026-01-31", "2026-01-31", on=on)).rows

    assert len(row.parts) == branches


def test_a_day_taken_out_and_put_back_keeps_its_route() -> None:
    register = recorded_each_month()
    accepted(register, amend("2026-01-01", "2026-03-31", on="2026-05-10"))

    rows = accepted(register, amend("2026-01-01", "2026-04-30", on="2026-11-22")).rows

    assert [row.total for row in rows] == [2_150_00] * 4


def test_a_day_put_back_may_lie_before_the_window() -> None:
    register = Register(OLD)
    accepted(register, add("2024-01-01", "2024-03-31", on="2024-03-31"))
    accepted(register, amend("2024-02-01", "2024-03-31", on="2024-04-10"))

    answer = accepted(register, amend("2024-01-01", "2024-03-31", on="2028-01-01"))

    assert answer.starts == date(2024, 1, 1)


def test_the_window_is_the_same_day_two_years_before() -> None:
    assert months_before(date(2026, 3, 10), 24) == date(2024, 3, 10)
    assert months_before(date(2027, 2, 28), 24) == date(2025, 2, 28)
    assert months_before(date(2028, 2, 29), 24) == date(2026, 2, 28)


def test_what_lies_before_the_window_is_cut_off() -> None:
    answer = accepted(Register(OLD), add("2024-01-01", "2024-06-30", on="2026-03-10"))

    assert (answer.starts, answer.rows[0].service_days) == (date(2024, 3, 10), 22)


def test_a_period_wholly_before_the_window_is_refused() -> None:
    assert refused(Register(OLD), add("2022-03-01", "2024-03-09", on="2026-03-10")) == {
        Refusal.OUTSIDE_THE_WINDOW
    }


def test_an_amendment_that_would_cut_recorded_days_off_is_refused() -> None:
    register = Register(OLD)
    accepted(register, add("2023-01-01", "2023-03-31", on="2023-03-31"))

    assert refused(register, amend("2023-01-01", "2026-06-30", on="2026-07-10")) == {
        Refusal.OUTSIDE_THE_WINDOW
    }


def test_a_period_may_not_reach_beyond_its_request() -> None:
    assert refused(Register(OLD), add("2026-03-01", "2026-03-31", on="2026-03-30")) == {
        Refusal.AFTER_THE_REQUEST
    }


def test_two_periods_of_one_employer_share_no_day() -> None:
    register = Register(OLD)
    accepted(register, add("2026-03-01", "2026-03-31", on="2026-03-31"))
    again = add("2026-03-31", "2026-04-05", on="2026-04-05", system=System.CIVIL_PENSION)

    assert refused(register, again) == {Refusal.OVERLAP}
    assert len(register.periods) == 1
