"""الإجازات الرسمية: the official holidays of the public sector, on which no working day of a deadline is counted.

The feasts follow the Umm al-Qura calendar and the days of a year are announced shortly before it. So a year's days are
what was announced where that is known, and otherwise follow from the rule in force. Outside the tables' reach the
question is refused: no answer of this module ever means that nobody looked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Final

from pydantic import Field

from ishtirak.kernel.dated import Entry, Table, TableSet
from ishtirak.kernel.dates import HIJRI_YEARS, Calendar, CivilDate, Day
from ishtirak.kernel.errors import Refused
from ishtirak.kernel.value import Value

FRIDAY: Final = 4
SATURDAY: Final = 5
_WEEKEND: Final = frozenset({FRIDAY, SATURDAY})
_ONE_DAY: Final = timedelta(days=1)


class Holiday(StrEnum):
    """عيد الفطر، عيد الأضحى، يوم التأسيس، اليوم الوطني."""

    EID_AL_FITR = "EID_AL_FITR"
    EID_AL_ADHA = "EID_AL_ADHA"
    FOUNDING_DAY = "FOUNDING_DAY"
    NATIONAL_DAY = "NATIONAL_DAY"


class HolidaysNotKnown(Refused):
    """The official holidays of that day's year are outside the tables, so nobody can say whether offices are open."""

    code = "holidays_not_known"


class MonthDay(Value):
    """A day of every year of a calendar."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=30)]


class HolidayRule(Value):
    """When a holiday is, in every year. It begins after one day, as announcements say, and lasts through another.

    It is made longer until it has the working days it has at least, and ends with the last it may have at most.
    """

    calendar: Calendar
    begins_after: MonthDay
    lasts_through: MonthDay
    working_days_at_least: int = 0
    working_days_at_most: int | None = None
    in_lieu: bool = False
    """On a weekend it is made up: a Friday on the Thursday before, a Saturday on the Sunday after."""


class AnnouncedHoliday(Value):
    """The days of a holiday in one year, both included."""

    first: Day
    last: Day


@dataclass(frozen=True, kw_only=True)
class HolidayRules(Table[HolidayRule]):
    """Each holiday's rule through time, by the first day of the holiday."""

    keys: ClassVar = {"holiday": Holiday}

    entries: tuple[Entry[HolidayRule], ...]


@dataclass(frozen=True, kw_only=True)
class AnnouncedHolidays(Table[AnnouncedHoliday]):
    """What was announced, by the holiday and its year in the calendar of its rule."""

    keys: ClassVar = {"holiday": Holiday, "year": tuple(str(year) for year in range(1442, 2077))}

    entries: tuple[Entry[AnnouncedHoliday], ...]


class HolidayTables(TableSet):
    holidays: HolidayRules
    announced_holidays: AnnouncedHolidays


@cache
def tables() -> HolidayTables:
    """Every rule and announcement, read once per process."""
    return HolidayTables.read(Path(__file__).with_name("tables"))


def reach() -> tuple[date, date]:
    """The first and the last day that can be asked about: whole years of both calendars' tables."""
    first = min(entry.in_force_from for entry in tables().holidays.entries)
    end = CivilDate(Calendar.HIJRI, HIJRI_YEARS[-1], 12, 1).gregorian()
    return first, date(end.year - 1, 12, 31)


def is_official_holiday(day: date) -> bool:
    """Whether the day is an official holiday or made up for one; `HolidaysNotKnown` outside the reach."""
    first, last = reach()
    if not first <= day <= last:
        raise HolidaysNotKnown(day=day.isoformat())
    return day in holidays_of(day.year)


def is_weekend(day: date) -> bool:
    """Friday and Saturday."""
    return day.weekday() in _WEEKEND


@cache
def holidays_of(year: int) -> Mapping[date, Holiday]:
    """The official holidays of a Gregorian year, each day with the first holiday it belongs to."""
    found: dict[date, Holiday] = {}
    made_up: list[tuple[date, Holiday]] = []
    for holiday in Holiday:
        for days in _occurrences(holiday, year):
            found |= {day: holiday for day in days if day.year == year and day not in found}
            if len(days) == 1 and is_weekend(days[0]) and _rule(holiday, days[0]).in_lieu:
                made_up.append((days[0], holiday))
    for day, holiday in made_up:
        instead = day + (-_ONE_DAY if day.weekday() == FRIDAY else _ONE_DAY)
        if found[day] is holiday:  # on another holiday it is not made up
            found.setdefault(instead, holiday)
    return dict(sorted(found.items()))


def _rule(holiday: Holiday, day: date) -> HolidayRule:
    return tables().holidays.at(day, holiday=holiday).value


def _occurrences(holiday: Holiday, year: int) -> Iterator[tuple[date, ...]]:
    """The days of the holiday, each time it is kept in or around the Gregorian year."""
    for entry in tables().holidays.entries:
        if entry.applies_to["holiday"] != holiday:
            continue
        for own_year in _years_of(entry.value.calendar, year):
            days = _days(holiday, entry.value, own_year)
            # the rule in force on its first day is the one it follows
            if tables().holidays.find(days[0], holiday=holiday) is entry:
                yield days


def _years_of(calendar: Calendar, year: int) -> range:
    """The years of a calendar that a Gregorian year has a part in."""
    if calendar is Calendar.GREGORIAN:
        return range(year, year + 1)
    first, last = (CivilDate.of(date(year, *parts)).hijri().year for parts in ((1, 1), (12, 31)))
    return range(first, last + 1)


def _days(holiday: Holiday, rule: HolidayRule, year: int) -> tuple[date, ...]:
    announced = tables().announced_holidays.find(date.max, holiday=holiday, year=str(year))
    if announced is not None:
        return tuple(_span(announced.value.first, announced.value.last))
    return tuple(_by_rule(rule, year))


def _by_rule(rule: HolidayRule, year: int) -> Iterator[date]:
    begins_after = CivilDate(rule.calendar, year, rule.begins_after.month, rule.begins_after.day)
    lasts_through = CivilDate(
        rule.calendar, year, rule.lasts_through.month, rule.lasts_through.day
    ).gregorian()
    day, working_days = begins_after.gregorian(), 0
    while day < lasts_through or working_days < rule.working_days_at_least:
        day += _ONE_DAY
        working_days += not is_weekend(day)
        yield day
        if working_days == rule.working_days_at_most:
            return


def _span(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))
