"""Months, periods and working days."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.working_days import is_working_day, working_days_after

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
months = days.map(Month.of)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Any period of up to five years."""
    starts_on = draw(days)
    return Period.between(starts_on, starts_on + timedelta(days=draw(st.integers(0, 1_800))))


@given(months, st.integers(-1_000, 1_000))
def test_months_count_forwards_and_back(month: Month, count: int) -> None:
    try:
        other = month.plus(count)
    except PydanticCustomError:
        return

    assert other.since(month) == count
    assert other.plus(-count) == month
    assert (other > month) == (count > 0)


def test_a_month_knows_its_days() -> None:
    february = Month.parse("2024-02")

    assert (february.days, february.first_day, february.last_day) == (29, date(2024, 2, 1), date(2024, 2, 29))
    assert february.day(31) == date(2024, 2, 29)
    assert february.day(15) == date(2024, 2, 15)
    assert str(Month.parse("2024-12").next()) == "2025-01"
    assert list(Month.parse("2024-12").until(Month.parse("2024-11"))) == []


@pytest.mark.parametrize(
    "value", ["2025-13", "2025-00", "2025-1", "1899-12", "2200-01", "2025-07-01", 202507, None]
)
def test_what_is_no_month_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Month).validate_python(value)


@given(months)
def test_a_month_is_a_string_in_json(month: Month) -> None:
    adapter = TypeAdapter(Month)

    assert adapter.validate_json(adapter.dump_json(month)) == month
    assert adapter.json_schema()["type"] == "string"


@given(periods())
def test_the_days_of_a_period_are_the_days_of_its_months(period: Period) -> None:
    assert sum(period.days_in(month) for month in period.months) == period.days
    assert all(period.within(month).days == period.days_in(month) > 0 for month in period.months)
    assert period.days_in(period.months[0].plus(-1)) == period.days_in(period.months[-1].next()) == 0


@given(periods(), periods())
def test_two_periods_overlap_when_a_day_is_in_both(one: Period, other: Period) -> None:
    shared = min(one.ends_on, other.ends_on) >= max(one.starts_on, other.starts_on)

    assert one.overlaps(other) == other.overlaps(one) == shared
    assert one.covers(one.starts_on)
    assert one.covers(one.ends_on)
    assert not one.covers(one.ends_on + timedelta(days=1))


@given(periods(), days)
def test_cutting_the_start_keeps_the_rest(period: Period, day: date) -> None:
    rest = period.starting_no_earlier_than(day)

    assert (rest is None) == (day > period.ends_on)
    if rest is not None:
        assert rest == Period.between(max(day, period.starts_on), period.ends_on)


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValidationError) as refusal:
        Period.between(date(2025, 1, 2), date(2025, 1, 1))

    assert refusal.value.errors()[0]["type"] == "period_order"
    assert Period.between(date(2025, 1, 1), date(2025, 1, 1)).days == 1


def test_friday_and_saturday_are_no_working_days() -> None:
    week = [date(2026, 11, 15) + timedelta(days=later) for later in range(7)]

    assert [is_working_day(day) for day in week] == [True] * 5 + [False] * 2


def test_ten_working_days_from_a_thursday_end_a_fortnight_later() -> None:
    thursday = date(2026, 11, 19)

    assert working_days_after(thursday, count=1) == date(2026, 11, 22)
    assert working_days_after(thursday, count=10) == date(2026, 12, 3)
    assert working_days_after(thursday, count=0) == thursday


@given(st.dates(date(2021, 1, 1), date(2076, 6, 30)), st.integers(1, 60))
def test_a_deadline_is_a_working_day_and_has_that_many_before_it(day: date, count: int) -> None:
    deadline = working_days_after(day, count=count)
    between = (day + timedelta(days=later) for later in range(1, (deadline - day).days + 1))

    assert is_working_day(deadline)
    assert sum(is_working_day(one) for one in between) == count
