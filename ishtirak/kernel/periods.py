"""Periods of service: two Gregorian days, both of them inside."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import Day
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Value


class Period(Value):
    """مدة: from `starts_on` to `ends_on`, both days counted."""

    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self

    @classmethod
    def between(cls, starts_on: date, ends_on: date) -> Self:
        """The period from the first day to the last."""
        return cls(starts_on=starts_on, ends_on=ends_on)

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month it touches, in order."""
        return tuple(Month.of(self.starts_on).until(Month.of(self.ends_on)))

    def covers(self, day: date) -> bool:
        """Whether the day is inside."""
        return self.starts_on <= day <= self.ends_on

    def overlaps(self, other: "Period") -> bool:
        """Whether any day is in both."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    def days_in(self, month: Month) -> int:
        """How many of the month's days are inside; 0 when none."""
        first = max(self.starts_on, month.first_day)
        last = min(self.ends_on, month.last_day)
        return max(0, (last - first).days + 1)

    def within(self, month: Month) -> Self:
        """The part of it that is in the month, which it must touch."""
        return type(self)(
            starts_on=max(self.starts_on, month.first_day), ends_on=min(self.ends_on, month.last_day)
        )

    def starting_no_earlier_than(self, day: date) -> Self | None:
        """What is left of it from that day on, or nothing."""
        if day > self.ends_on:
            return None
        return type(self)(starts_on=max(day, self.starts_on), ends_on=self.ends_on)


def distinct_days(periods: Iterable[Period]) -> int:
    """How many days are in any of the periods; one that is in several counts once."""
    days, counted_to = 0, date.min
    for period in sorted(periods, key=lambda period: period.starts_on):
        first = max(period.starts_on, counted_to + timedelta(days=1))
        days += max(0, (period.ends_on - first).days + 1)
        counted_to = max(counted_to, period.ends_on)
    return days
