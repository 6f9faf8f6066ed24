"""Days, months and ages, counted the slow way."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from hijridate import Gregorian, Hijri

from tests.oracle.facts import Law, Month, Person

ONE_DAY = timedelta(days=1)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for number in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(number)


@cache
def month_of(day: date) -> Month:
    return day.replace(day=1)


@cache
def last_day(month: Month) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def days_in(month: Month) -> int:
    return last_day(month).day


@cache
def next_month(month: Month) -> Month:
    return last_day(month) + ONE_DAY


def months(first: date, last: date) -> list[Month]:
    """Every month that has a day from the first to the last."""
    found = [month_of(first)]
    while found[-1] < month_of(last):
        found.append(next_month(found[-1]))
    return found


def months_before(day: date, count: int) -> date:
    """The same day so many calendar months before, or the last of that month where it has no such day."""
    month = month_of(day)
    for _ in range(count):
        month = month_of(month - ONE_DAY)
    return month.replace(day=min(day.day, days_in(month)))


@cache
def to_hijri(day: date) -> tuple[int, int, int]:
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    return hijri.year, hijri.month, hijri.day


@cache
def to_gregorian(hijri: tuple[int, int, int]) -> date:
    day = Hijri(*hijri).to_gregorian()
    return date(day.year, day.month, day.day)


def age(person: Person, *, on: date, law: Law) -> int:
    """R6: completed years, in the law's calendar: Gregorian under the new law, Hijri under the old.

    A birth date is taken as received where it is in that calendar, and converted where it is not. Who was born on a
    day that a later year has not (29 February, the 30th of a month of 29 days) is a year older on the day after.
    """
    if law is Law.NEW:
        born, today = _gregorian_birth(person), (on.year, on.month, on.day)
    else:
        born, today = _hijri_birth(person), to_hijri(on)
    years = today[0] - born[0]
    return years if today[1:] >= born[1:] else years - 1


def _gregorian_birth(person: Person) -> tuple[int, int, int]:
    if person.born is not None:
        return person.born.year, person.born.month, person.born.day
    assert person.hijri_born is not None
    day = to_gregorian(person.hijri_born)
    return day.year, day.month, day.day


def _hijri_birth(person: Person) -> tuple[int, int, int]:
    if person.hijri_born is not None:
        return person.hijri_born
    assert person.born is not None
    return to_hijri(person.born)
