"""Days of service, each with the route it was registered by: what the register keeps and the statutes judge."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import GREGORIAN_YEARS, Day
from ishtirak.kernel.insurance import Route
from ishtirak.kernel.value import Value

END_OF_THE_CALENDAR: Final = date(GREGORIAN_YEARS[-1], 12, 31)
_ONE_DAY: Final = timedelta(days=1)


class RegisteredDays(Value):
    """أيام مسجلة: consecutive days registered by one route; `ends_on` is None while the service goes on."""

    starts_on: Day
    ends_on: Day | None = None
    route: Route

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self

    @property
    def last_day(self) -> date:
        """The last day; an open end is the end of the calendar."""
        return self.ends_on or END_OF_THE_CALENDAR

    def days_between(self, first: date, last: date) -> int:
        """How many of its days are in that range, both ends included."""
        return max(0, (min(self.last_day, last) - max(self.starts_on, first)).days + 1)


def between(
    days: Iterable[RegisteredDays], *, first: date, last: date | None = None
) -> tuple[RegisteredDays, ...]:
    """Those of the days that are in the range; without a last day, all from the first on."""
    kept = []
    for each in days:
        starts_on, ends_on = max(each.starts_on, first), min(each.last_day, last or END_OF_THE_CALENDAR)
        if starts_on <= ends_on:
            kept.append(_days(starts_on, ends_on, route=each.route))
    return tuple(kept)


def gaps(
    days: Iterable[RegisteredDays], *, first: date, last: date | None = None
) -> Iterator[tuple[date, date]]:
    """The ranges between the two days, both ends included, that none of `days` covers."""
    position, end = first, last or END_OF_THE_CALENDAR
    for each in sorted(days, key=lambda each: each.starts_on):
        if each.starts_on > end or position > end:
            break
        if each.starts_on > position:
            yield position, each.starts_on - _ONE_DAY
        position = max(position, min(each.last_day, END_OF_THE_CALENDAR - _ONE_DAY) + _ONE_DAY)
        if each.last_day == END_OF_THE_CALENDAR:
            return
    if position <= end:
        yield position, end


def without(days: Iterable[RegisteredDays], taken: Iterable[RegisteredDays]) -> tuple[RegisteredDays, ...]:
    """Those of the days that are in none of `taken`."""
    away = tuple(taken)
    return joined(
        _days(first, last, route=each.route)
        for each in days
        for first, last in gaps(away, first=each.starts_on, last=each.ends_on)
    )


def joined(days: Iterable[RegisteredDays]) -> tuple[RegisteredDays, ...]:
    """The same days in order, neighbours of one route as one: one form for one set of days."""
    result: list[RegisteredDays] = []
    for each in sorted(days, key=lambda each: each.starts_on):
        if result and result[-1].route is each.route and result[-1].last_day + _ONE_DAY == each.starts_on:
            result[-1] = _days(result[-1].starts_on, each.last_day, route=each.route)
        else:
            result.append(each)
    return tuple(result)


def covered(days: Iterable[RegisteredDays]) -> tuple[tuple[date, date], ...]:
    """The ranges of days, both ends included and in order, whatever their routes; neighbours as one."""
    as_one = joined(each.model_copy(update={"route": Route.ON_TIME}) for each in days)
    return tuple((each.starts_on, each.last_day) for each in as_one)


def _days(first: date, last: date, *, route: Route) -> RegisteredDays:
    return RegisteredDays(starts_on=first, ends_on=None if last == END_OF_THE_CALENDAR else last, route=route)
