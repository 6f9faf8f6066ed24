"""Civil dates keep the calendar they were written in."""

from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import pytest
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import (
    HIJRI_TABLE,
    HIJRI_YEARS,
    Calendar,
    CivilDate,
    Day,
    month_length,
)
from tests.unit.statute.claims import hijri_dates


class Birth(BaseModel):
    """A model with a civil date."""

    born: CivilDate


def hijri(text: str) -> CivilDate:
    """A Hijri date as it is printed."""
    return CivilDate.parse(text, calendar=Calendar.HIJRI)


def test_the_recorded_table_is_the_installed_one() -> None:
    assert f"hijridate-{version('hijridate')}" == HIJRI_TABLE
    assert hijri("1400-01-01").record() == {
        "calendar": "HIJRI",
        "year": 1400,
        "month": 1,
        "day": 1,
        "gregorian": "1979-11-20",
        "table": HIJRI_TABLE,
    }


def test_the_same_day_in_two_calendars_is_two_dates() -> None:
    written, converted = hijri("1445-12-27"), CivilDate.parse("2024-07-03")

    assert written.gregorian() == converted.gregorian() == date(2024, 7, 3)
    assert written != converted
    assert converted.hijri() == written
    assert (str(written), str(converted)) == ("1445-12-27 AH", "2024-07-03")


@pytest.mark.parametrize(
    ("calendar", "text", "name", "length"),
    [
        (Calendar.HIJRI, "1405-02-30", "HIJRI 2/1405", 29),
        (Calendar.HIJRI, "1446-09-30", "HIJRI 9/1446", 29),
        (Calendar.GREGORIAN, "2025-02-29", "GREGORIAN 2/2025", 28),
        (Calendar.GREGORIAN, "2025-04-31", "GREGORIAN 4/2025", 30),
        (Calendar.GREGORIAN, "2025-12-00", "GREGORIAN 12/2025", 31),
    ],
)
def test_a_day_too_many_is_refused_with_the_real_length(
    calendar: Calendar, text: str, name: str, length: int
) -> None:
    with pytest.raises(PydanticCustomError) as refusal:
        CivilDate.parse(text, calendar=calendar)

    assert refusal.value.type == "civil_date_day"
    assert str(refusal.value) == f"{name} has {length} days"
    assert (refusal.value.context or {})["length"] == length


@pytest.mark.parametrize(
    ("calendar", "text", "code"),
    [
        (Calendar.HIJRI, "1342-12-29", "civil_date_year"),
        (Calendar.HIJRI, "1501-01-01", "civil_date_year"),
        (Calendar.GREGORIAN, "1899-12-31", "civil_date_year"),
        (Calendar.GREGORIAN, "2200-01-01", "civil_date_year"),
        (Calendar.HIJRI, "1400-13-01", "civil_date_month"),
        (Calendar.GREGORIAN, "2025-00-01", "civil_date_month"),
        (Calendar.GREGORIAN, "2025-1-01", "civil_date_form"),
        (Calendar.GREGORIAN, "01-01-2025", "civil_date_form"),
        (Calendar.GREGORIAN, "2025-01-01T00:00:00Z", "civil_date_form"),
        (Calendar.GREGORIAN, "2025-01-01\n", "civil_date_form"),
    ],
)
def test_what_is_no_date_is_refused_by_what_is_wrong(calendar: Calendar, text: str, code: str) -> None:
    with pytest.raises(PydanticCustomError) as refusal:
        CivilDate.parse(text, calendar=calendar)

    assert refusal.value.type == code


def test_a_day_before_the_hijri_table_has_no_hijri_date() -> None:
    with pytest.raises(PydanticCustomError) as refusal:
        CivilDate.parse("1924-07-31").hijri()

    assert refusal.value.type == "civil_date_year"
    assert CivilDate.parse("1924-08-01").hijri() == hijri("1343-01-01")


def test_arabic_digits_are_read() -> None:
    assert CivilDate.parse("١٩٩٠-٠٤-٠١") == CivilDate.parse("1990-04-01")


@given(hijri_dates())
def test_a_hijri_date_survives_conversion_and_json(written: CivilDate) -> None:
    day = written.gregorian()

    assert CivilDate.of(day).hijri() == written
    assert written.hijri() is written
    assert Birth.model_validate_json(Birth(born=written).model_dump_json()).born == written
    assert Gregorian(day.year, day.month, day.day).to_hijri().datetuple() == (
        written.year,
        written.month,
        written.day,
    )


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_gregorian_date_is_a_string_in_json(day: date) -> None:
    born = Birth(born=CivilDate.of(day))

    assert born.model_dump() == {"born": day.isoformat()}
    assert Birth.model_validate(born.model_dump()) == born


def test_every_hijri_month_is_as_long_as_the_table_says() -> None:
    lengths = {
        (year, month): month_length(Calendar.HIJRI, year=year, month=month)
        for year in HIJRI_YEARS
        for month in range(1, 13)
    }

    assert len(lengths) == 1_896
    assert sum(lengths.values()) == (date(2077, 11, 16) - date(1924, 8, 1)).days + 1


@pytest.mark.parametrize(
    "value",
    [
        None,
        19900401,
        "1990/04/01",
        {"calendar": "HIJRI", "year": 1410, "month": 9},
        {"calendar": "HIJRI", "year": "1410", "month": 9, "day": 6},
        {"calendar": "HIJRI", "year": 1410, "month": True, "day": 6},
        {"calendar": "JULIAN", "year": 1990, "month": 4, "day": 1},
        {"calendar": ["HIJRI"], "year": 1410, "month": 9, "day": 6},
        {"calendar": "HIJRI", "year": 1410, "month": 9, "day": 6, "hour": 0},
    ],
)
def test_a_field_refuses_what_is_no_date(value: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        Birth.model_validate({"born": value})

    assert refusal.value.errors()[0]["type"] in {"civil_date_form", "civil_date_calendar"}


@pytest.mark.parametrize("value", [0, 1e9, "0", "20250101", datetime(2025, 1, 1), date(1899, 12, 31), True])  # noqa: DTZ001
def test_a_day_is_never_a_timestamp(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


def test_a_day_is_a_date_or_its_iso_form() -> None:
    days = TypeAdapter(tuple[Day, ...])

    assert days.validate_python(["2025-01-31", date(2025, 1, 31)]) == (date(2025, 1, 31),) * 2


def test_the_json_schema_offers_both_forms() -> None:
    schema = Birth.model_json_schema()["properties"]["born"]

    assert [form["type"] for form in schema["oneOf"]] == ["string", "object"]
    assert schema["oneOf"][1]["properties"]["calendar"]["enum"] == ["GREGORIAN", "HIJRI"]
