"""Deadlines in working days: Sunday to Thursday, less the official holidays."""

from datetime import date, timedelta

from ishtirak.kernel.holidays import is_official_holiday, is_weekend


def is_working_day(day: date) -> bool:
    """Whether offices are open; `HolidaysNotKnown` for a day whose holidays are outside the tables."""
    return not (is_official_holiday(day) or is_weekend(day))


def working_days_after(day: date, *, count: int) -> date:
    """The day on which the count of working days after `day` is complete; the day itself is never counted.

    A count of 0 is the day itself, working or not.
    """
    deadline = day
    left = count
    while left > 0:
        deadline += timedelta(days=1)
        left -= is_working_day(deadline)
    return deadline
