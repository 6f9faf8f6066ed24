"""Official holidays: by announcement, by rule, made up for a weekend, and never silently none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel import holidays
from ishtirak.kernel.dated import Entry
from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.kernel.holidays import (
    AnnouncedHoliday,
    Holiday,
    HolidaysNotKnown,
    holidays_of,
    is_official_holiday,
    is_weekend,
    reach,
    tables,
)
from ishtirak.kernel.working_days import is_working_day, working_days_after

FIRST, LAST = reach()
YEARS = range(FIRST.year, LAST.year + 1)
FEASTS = (Holiday.EID_AL_FITR, Holiday.EID_AL_ADHA)


def days_of(holiday: Holiday, year: int) -> list[date]:
    return [day for day, found in holidays_of(year).items() if found is holiday]


def announce(monkeypatch: pytest.MonkeyPatch, year: str, first: date, last: date) -> None:
    """As if Eid al-Fitr of that Hijri year had been announced so."""
    read = tables()
    announced = Entry(
        in_force_from=first,
        applies_to={"holiday": "EID_AL_FITR", "year": year},
        value=AnnouncedHoliday(first=first, last=last),
        source="an announcement",
    )
    table = replace(read.announced_holidays, entries=(*read.announced_holidays.entries, announced))
    monkeypatch.setattr(holidays, "tables", lambda: read.model_copy(update={"announced_holidays": table}))


@pytest.fixture(autouse=True)
def _as_read() -> Iterator[None]:
    holidays_of.cache_clear()
    yield
    holidays_of.cache_clear()


def test_a_reply_asked_for_before_the_feast_has_its_ten_working_days_after_it() -> None:
    """Asked on Thursday 4 March 2027: two working days, the feast from 9 to 14 March, and eight more."""
    assert working_days_after(date(2027, 3, 4), count=10) == date(2027, 3, 24)
    assert working_days_after(date(2027, 3, 4), count=2) == date(2027, 3, 8)
    assert working_days_after(date(2027, 3, 4), count=3) == date(2027, 3, 15)


@pytest.mark.parametrize(
    ("holiday", "year", "first", "last"),
    [
        (Holiday.EID_AL_FITR, 2021, date(2021, 5, 7), date(2021, 5, 17)),  # as announced
        (Holiday.EID_AL_FITR, 2023, date(2023, 4, 16), date(2023, 4, 25)),  # 25 Ramadan to 5 Shawwal 1444
        (Holiday.EID_AL_ADHA, 2023, date(2023, 6, 23), date(2023, 7, 3)),  # 5 to 15 Dhu al-Hijja 1444
        (Holiday.EID_AL_FITR, 2026, date(2026, 3, 19), date(2026, 3, 24)),  # after 29 Ramadan 1447
        (Holiday.EID_AL_ADHA, 2026, date(2026, 5, 26), date(2026, 5, 31)),  # from 9 Dhu al-Hijja 1447
        (Holiday.FOUNDING_DAY, 2027, date(2027, 2, 22), date(2027, 2, 22)),
        (Holiday.NATIONAL_DAY, 2026, date(2026, 9, 23), date(2026, 9, 23)),
    ],
)
def test_a_holiday_has_its_days(holiday: Holiday, year: int, first: date, last: date) -> None:
    days = days_of(holiday, year)

    assert days == [first + timedelta(days=later) for later in range((last - first).days + 1)]
    assert not any(is_working_day(day) for day in days)


def test_there_was_no_founding_day_before_its_order() -> None:
    assert days_of(Holiday.FOUNDING_DAY, 2021) == []
    assert days_of(Holiday.FOUNDING_DAY, 2022) == [date(2022, 2, 22)]


def test_a_friday_is_made_up_before_the_weekend_and_a_saturday_after_it() -> None:
    assert days_of(Holiday.NATIONAL_DAY, 2022) == [date(2022, 9, 22), date(2022, 9, 23)]
    assert days_of(Holiday.FOUNDING_DAY, 2025) == [date(2025, 2, 22), date(2025, 2, 23)]


def test_a_day_on_another_holiday_is_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Announced so, the feast of 1446 would have been on Saturday 22 February 2025, Founding Day."""
    announce(monkeypatch, "1446", date(2025, 2, 21), date(2025, 2, 22))

    found = holidays_of(2025)

    assert Holiday.FOUNDING_DAY not in found.values()
    assert date(2025, 2, 23) not in found


@pytest.mark.parametrize("year", [year for year in YEARS if year >= 2024])
@pytest.mark.parametrize("feast", FEASTS)
def test_a_feast_has_four_or_five_working_days(feast: Holiday, year: int) -> None:
    days = days_of(feast, year)
    runs = [day for day in days if day - timedelta(days=1) not in days]

    for first in runs:
        run = [day for day in days if first <= day < first + timedelta(days=30)]
        working = sum(not is_weekend(day) for day in run)
        cut_by_the_year = run[0] == date(year, 1, 1) or run[-1] == date(year, 12, 31)
        assert cut_by_the_year or working in (4, 5), run


@pytest.mark.parametrize("year", YEARS)
def test_every_feast_of_every_year_is_there(year: int) -> None:
    """Each 1 Shawwal and each 10 Dhu al-Hijja by Umm al-Qura, found day by day without the rules."""
    for month, day_of_month in ((10, 1), (12, 10)):
        for hijri_year in (year - 579, year - 580, year - 578):
            feast = CivilDate(Calendar.HIJRI, hijri_year, month, day_of_month).gregorian()
            if feast.year == year:
                assert is_official_holiday(feast), feast


@given(st.dates(FIRST, LAST - timedelta(days=120)), st.integers(1, 60))
def test_a_deadline_is_never_on_a_holiday_and_never_earlier_for_one(day: date, count: int) -> None:
    deadline = working_days_after(day, count=count)
    after = [day + timedelta(days=later) for later in range(1, (deadline - day).days + 1)]
    open_days = [one for one in after if not is_weekend(one) and one not in holidays_of(one.year)]

    assert open_days[-1] == deadline
    assert len(open_days) == count


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_a_day_outside_the_tables_is_refused_and_never_a_working_day(day: date) -> None:
    with pytest.raises(HolidaysNotKnown) as refused:
        is_working_day(day)

    assert refused.value.facts == {"day": day.isoformat()}


def test_the_tables_reach_from_2021_through_2076() -> None:
    assert (date(2021, 1, 1), date(2076, 12, 31)) == (FIRST, LAST)
    with pytest.raises(HolidaysNotKnown):
        working_days_after(LAST, count=1)


def test_what_is_announced_stands_in_place_of_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    announce(monkeypatch, "1448", date(2027, 3, 7), date(2027, 3, 11))

    days = days_of(Holiday.EID_AL_FITR, 2027)

    assert days == [date(2027, 3, 7) + timedelta(days=later) for later in range(5)]


def test_what_no_announcement_states_is_marked_assumed() -> None:
    in_force = [tables().holidays.at(date(2027, 1, 1), holiday=holiday) for holiday in Holiday]

    assert [entry.assumed for entry in in_force] == [True, True, False, False]
    assert all(entry.source for entry in in_force)
