"""Contribution months: a year and a month, never a date that happens to be a first."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import (
    CoreSchema,
    no_info_plain_validator_function,
    plain_serializer_function_ser_schema,
    str_schema,
)

from ishtirak.kernel.dates import GREGORIAN_YEARS
from ishtirak.kernel.digits import fold


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """شهر الاشتراك: a Gregorian month, written `2025-07`, ordered as months follow one another."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if self.year not in GREGORIAN_YEARS or self.month not in range(1, 13):
            raise PydanticCustomError("month_range", "There is no such month in the calendar used here")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY-MM`; Arabic-Indic digits are understood."""
        parts = re.fullmatch("([0-9]{4})-([0-9]{2})", fold(text))
        if parts is None:
            raise PydanticCustomError("month_form", "A month is written YYYY-MM")
        return cls(int(parts[1]), int(parts[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month the day is in."""
        return cls(day.year, day.month)

    @property
    def days(self) -> int:
        return monthrange(self.year, self.month)[1]

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    def day(self, number: int) -> date:
        """That day of the month, or its last day when the month is shorter."""
        return date(self.year, self.month, min(number, self.days))

    def plus(self, months: int) -> Self:
        """The month so many months later; earlier when negative."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, month + 1)

    def next(self) -> Self:
        """The month after."""
        return self.plus(1)

    def since(self, earlier: "Month") -> int:
        """How many months after `earlier` it comes."""
        return (self.year - earlier.year) * 12 + self.month - earlier.month

    def until(self, last: "Month") -> Iterator["Month"]:
        """Every month from this one to `last`, both included."""
        for later in range(last.since(self) + 1):
            yield self.plus(later)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def _from_input(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("month_form", "A month is written YYYY-MM")
        return cls.parse(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_plain_validator_function(
            cls._from_input,
            serialization=plain_serializer_function_ser_schema(str, return_schema=str_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
