"""Deadlines in working days: Sunday to Thursday, less the holidays the caller names."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Final

FRIDAY: Final = 4
SATURDAY: Final = 5


def is_working_day(day: date, *, holidays: AbstractSet[date] = frozenset()) -> bool:
    """Whether offices are open; official holidays are announced yearly, so they are given, not known."""
    return day.weekday() not in (FRIDAY, SATURDAY) and day not in holidays


def working_days_after(day: date, *, count: int, holidays: AbstractSet[date] = frozenset()) -> date:
    """The day on which the count of working days after `day` is complete; the day itself is never counted.

    A count of 0 is the day itself, working or not.
    """
    deadline = day
    left = count
    while left > 0:
        deadline += timedelta(days=1)
        left -= is_working_day(deadline, holidays=holidays)
    return deadline
