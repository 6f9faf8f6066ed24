"""Sets of registered days, compared with the plain sets of days they stand for."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ishtirak.kernel.insurance import Route
from ishtirak.kernel.registered_days import (
    END_OF_THE_CALENDAR,
    RegisteredDays,
    between,
    covered,
    gaps,
    joined,
    without,
)

FIRST = date(2026, 1, 1)
ONE_DAY = timedelta(days=1)


def day(number: int) -> date:
    return FIRST + number * ONE_DAY


def stretch(first: int, last: int | None, route: Route = Route.ON_TIME) -> RegisteredDays:
    return RegisteredDays(starts_on=day(first), ends_on=None if last is None else day(last), route=route)


@st.composite
def days(draw: st.DrawFn) -> tuple[RegisteredDays, ...]:
    """Up to four stretches that share no day, in any order, of any routes."""
    bounds = sorted(draw(st.sets(st.integers(0, 40), min_size=0, max_size=8)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    stretches = [stretch(first, last, draw(st.sampled_from(Route))) for first, last in pairs]
    return tuple(draw(st.permutations(stretches)))


def by_day(stretches: tuple[RegisteredDays, ...]) -> dict[date, Route]:
    return {
        each.starts_on + offset * ONE_DAY: each.route
        for each in stretches
        for offset in range((each.last_day - each.starts_on).days + 1)
    }


@given(days(), st.integers(0, 40), st.integers(0, 40))
def test_between_keeps_the_days_of_the_range(kept: tuple[RegisteredDays, ...], one: int, two: int) -> None:
    first, last = day(min(one, two)), day(max(one, two))

    assert by_day(between(kept, first=first, last=last)) == {
        each: route for each, route in by_day(kept).items() if first <= each <= last
    }
    assert sum(each.days_between(first, last) for each in kept) == len(
        by_day(between(kept, first=first, last=last))
    )


@given(days(), st.integers(0, 40), st.integers(0, 40))
def test_gaps_are_the_days_that_none_covers(kept: tuple[RegisteredDays, ...], one: int, two: int) -> None:
    first, last = day(min(one, two)), day(max(one, two))
    free = [
        start + offset * ONE_DAY
        for start, end in gaps(kept, first=first, last=last)
        for offset in range((end - start).days + 1)
    ]

    assert free == [
        each for number in range(41) if first <= (each := day(number)) <= last and each not in by_day(kept)
    ]


@given(days(), days())
def test_without_takes_days_away(kept: tuple[RegisteredDays, ...], taken: tuple[RegisteredDays, ...]) -> None:
    left = without(kept, taken)

    assert by_day(left) == {each: route for each, route in by_day(kept).items() if each not in by_day(taken)}
    assert left == joined(left)


@given(days())
def test_one_set_of_days_has_one_form(kept: tuple[RegisteredDays, ...]) -> None:
    single_days = tuple(
        RegisteredDays(starts_on=each, ends_on=each, route=route) for each, route in by_day(kept).items()
    )

    assert joined(single_days) == joined(kept)
    assert by_day(joined(kept)) == by_day(kept)


@given(days())
def test_covered_ranges_do_not_touch(kept: tuple[RegisteredDays, ...]) -> None:
    ranges = covered(kept)

    assert all(one[1] + ONE_DAY < two[0] for one, two in pairwise(ranges))
    assert sum((last - first).days + 1 for first, last in ranges) == len(by_day(kept))


def test_an_open_end_goes_on() -> None:
    service = stretch(0, None)

    assert service.last_day == END_OF_THE_CALENDAR
    assert between((service,), first=day(5)) == (stretch(5, None),)
    assert between((service,), first=day(5), last=day(6)) == (stretch(5, 6),)
    assert list(gaps((service,), first=day(3))) == []
    assert without((service,), (stretch(2, 3),)) == (stretch(0, 1), stretch(4, None))
    assert without((service,), (stretch(2, None),)) == (stretch(0, 1),)
    assert list(gaps((), first=day(3))) == [(day(3), END_OF_THE_CALENDAR)]


def test_days_are_in_order() -> None:
    with pytest.raises(ValidationError, match="period_order"):
        stretch(3, 2)
