"""What the functions know of CLDR is what Babel says, number by number and day by day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from ishtirak.edge import cldr
from ishtirak.edge.texts import LANGUAGES
from tools.cldr import LOCALES, _alternatives

FRACTIONS = [
    f"{whole}.{rest}"
    for whole in (*range(13), 99, 100, 101, 103, 111)
    for rest in ("0", "00", "5", "10", "01")
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_take_the_form_babel_says(language: str) -> None:
    form = Locale.parse(LOCALES[language]).plural_form
    numbers = [Decimal(number) for number in [*range(1_001), 1_000_000, -1, -2, -11, *FRACTIONS]]

    assert {n: cldr.plural_category(language, n) for n in numbers} == {n: form(n) for n in numbers}
    assert {n: cldr.plural_category(language, n) for n in range(1_001)} == {n: form(n) for n in range(1_001)}


def test_arabic_has_all_six_forms_and_english_two() -> None:
    assert cldr.plural_categories("ar") == cldr.CATEGORIES
    assert cldr.plural_categories("en") == ("one", "other")
    assert {cldr.plural_category("ar", n) for n in (0, 1, 2, 3, 11, 100)} == set(cldr.CATEGORIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_written_as_babel_writes_them(language: str) -> None:
    days = [date(2024, 1, 1) + timedelta(days=count) for count in range(800)]

    ours = [cldr.written_date(language, year=day.year, month=day.month, day=day.day) for day in days]

    assert ours == [format_date(day, "long", locale=LOCALES[language]) for day in days]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", range(7))
def test_lists_are_joined_as_babel_joins_them(language: str, count: int) -> None:
    items = [f"item{place}" for place in range(count)]

    assert cldr.joined(language, items) == format_list(items, locale=LOCALES[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calendar_has_twelve_months(language: str) -> None:
    for hijri in (False, True):
        assert len({cldr.month_name(language, month, hijri=hijri) for month in range(1, 13)}) == 12
    assert cldr.month_name("ar", 9, hijri=True) == "رمضان"
    assert cldr.month_name("en", 9, hijri=True) == "Ramadan"


def test_a_rule_of_another_form_is_refused_and_not_guessed() -> None:
    with pytest.raises(SystemExit, match="another form"):
        _alternatives(("relation", ("in", ("f", ()), ("range_list", [(("value", (1,)), ("value", (1,)))]))))
