"""Civil dates that keep the calendar they were written in.

A birth date printed on an identity card is Hijri or Gregorian; converting it loses what was printed, and
the tables in use elsewhere differ by a day for most years before 1420. So the typed parts are the value; the
day it falls on is derived here and only here, from one pinned table whose version is recorded beside what is
stored.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from hijridate import Gregorian, Hijri
from pydantic import AwareDatetime, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import (
    CoreSchema,
    any_schema,
    no_info_plain_validator_function,
    plain_serializer_function_ser_schema,
)

from ishtirak.kernel.digits import fold

HIJRI_TABLE: Final = "hijridate-2.6.0"
"""Stored beside every derived date; a test holds it to the installed package."""

HIJRI_YEARS: Final = range(1343, 1501)
GREGORIAN_YEARS: Final = range(1900, 2200)


class Calendar(StrEnum):
    """The calendar a date was written in."""

    GREGORIAN = "GREGORIAN"
    HIJRI = "HIJRI"


def month_length(calendar: Calendar, *, year: int, month: int) -> int:
    """How many days the month has; the year and the month must be inside the tables."""
    if calendar is Calendar.HIJRI:
        return Hijri(year, month, 1).month_length()
    return monthrange(year, month)[1]


def _a_day(value: object) -> object:
    if isinstance(value, str):
        return CivilDate.parse(value).gregorian()
    if not isinstance(value, date) or isinstance(value, datetime):
        raise PydanticCustomError("civil_date_form", "A date is written YYYY-MM-DD")
    return CivilDate.of(value).gregorian()


Day = Annotated[date, BeforeValidator(_a_day)]
"""A Gregorian day as a field: `YYYY-MM-DD` or a `date`, inside `GREGORIAN_YEARS`; never a timestamp."""


_MOMENT: Final = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def _a_moment(value: object) -> object:
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value)
    except ValueError:
        value = None
    if not isinstance(value, datetime):
        raise PydanticCustomError("moment_form", "A moment is written as RFC 3339 has it, with its offset")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_a_moment)]
"""A moment as a field: RFC 3339 with its offset, or an aware `datetime`; never a number of seconds."""


@dataclass(frozen=True, slots=True)
class CivilDate:
    """تاريخ: a day as it was written. Two dates are equal when their calendars and parts are."""

    calendar: Calendar
    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        years = HIJRI_YEARS if self.calendar is Calendar.HIJRI else GREGORIAN_YEARS
        if self.year not in years:
            raise PydanticCustomError(
                "civil_date_year",
                "The {calendar} table covers the years {first} to {last}",
                {"calendar": self.calendar.value, "first": years[0], "last": years[-1]},
            )
        if self.month not in range(1, 13):
            raise PydanticCustomError("civil_date_month", "A year has twelve months")
        length = month_length(self.calendar, year=self.year, month=self.month)
        if self.day not in range(1, length + 1):
            raise PydanticCustomError(
                "civil_date_day",
                "{calendar} {month}/{year} has {length} days",
                {
                    "calendar": self.calendar.value,
                    "month": self.month,
                    "year": self.year,
                    "length": length,
                },
            )

    @classmethod
    def parse(cls, text: str, *, calendar: Calendar = Calendar.GREGORIAN) -> Self:
        """Read `YYYY-MM-DD` in the calendar named; Arabic-Indic digits are understood."""
        parts = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", fold(text))
        if parts is None:
            raise PydanticCustomError("civil_date_form", "A date is written YYYY-MM-DD")
        return cls(calendar, *(int(part) for part in parts.groups()))

    @classmethod
    def of(cls, day: date) -> Self:
        """The Gregorian civil date of a day."""
        return cls(Calendar.GREGORIAN, day.year, day.month, day.day)

    def gregorian(self) -> date:
        """The day it falls on."""
        if self.calendar is Calendar.GREGORIAN:
            return date(self.year, self.month, self.day)
        return date.fromisoformat(Hijri(self.year, self.month, self.day).to_gregorian().isoformat())

    def hijri(self) -> Self:
        """The same day in the Hijri calendar; a day outside the table raises `civil_date_year`."""
        if self.calendar is Calendar.HIJRI:
            return self
        try:
            there = Gregorian(self.year, self.month, self.day).to_hijri()
        except OverflowError:
            raise PydanticCustomError(
                "civil_date_year",
                "The {calendar} table covers the years {first} to {last}",
                {"calendar": Calendar.HIJRI.value, "first": HIJRI_YEARS[0], "last": HIJRI_YEARS[-1]},
            ) from None
        return type(self)(Calendar.HIJRI, *there.datetuple())

    def agrees_with(self, other: Self) -> bool:
        """Whether both say the same: as written, or, where the calendars differ, by the day they fall on."""
        if self.calendar is other.calendar:
            return self == other
        return self.gregorian() == other.gregorian()

    def isoformat(self) -> str:
        """`YYYY-MM-DD` in its own calendar."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    def record(self) -> dict[str, str | int]:
        """What a store keeps: the parts as typed, the day they fell on, and by which table."""
        return self.written_parts() | {"gregorian": self.gregorian().isoformat(), "table": HIJRI_TABLE}

    def __str__(self) -> str:
        return f"{self.isoformat()} AH" if self.calendar is Calendar.HIJRI else self.isoformat()

    def written_parts(self) -> dict[str, str | int]:
        """The JSON form that names the calendar."""
        return {"calendar": self.calendar.value, "year": self.year, "month": self.month, "day": self.day}

    @classmethod
    def _from_input(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        if isinstance(value, dict) and set(value) == {"calendar", "year", "month", "day"}:
            return cls._from_parts(**value)
        raise PydanticCustomError(
            "civil_date_form", "A date is YYYY-MM-DD or an object of calendar, year, month and day"
        )

    @classmethod
    def _from_parts(cls, *, calendar: object, year: object, month: object, day: object) -> Self:
        if not isinstance(calendar, str) or calendar not in Calendar:
            raise PydanticCustomError("civil_date_calendar", "The calendar is GREGORIAN or HIJRI")
        # type() and not isinstance(): True is an int, and no month
        if type(year) is not int or type(month) is not int or type(day) is not int:
            raise PydanticCustomError("civil_date_form", "Year, month and day are whole numbers")
        return cls(Calendar(calendar), year, month, day)

    @staticmethod
    def _written(value: "CivilDate") -> str | dict[str, str | int]:
        return value.isoformat() if value.calendar is Calendar.GREGORIAN else value.written_parts()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_plain_validator_function(
            cls._from_input,
            serialization=plain_serializer_function_ser_schema(cls._written, return_schema=any_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        whole = {"type": "integer"}
        return {
            "oneOf": [
                {"type": "string", "format": "date"},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["calendar", "year", "month", "day"],
                    "properties": {
                        "calendar": {"type": "string", "enum": [calendar.value for calendar in Calendar]},
                        "year": whole,
                        "month": whole,
                        "day": whole,
                    },
                },
            ]
        }
