"""The query of an operation: a model for all of it, and the types its parameters have.

A program writes a query, so there is one spelling for each value: no other digits than 0 to 9, no sign, no zero in
front. What the model does not name is refused, and so is a parameter that comes twice, even with the same value.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import InitErrorDetails, PydanticCustomError, PydanticKnownError
from pydantic_core.core_schema import CoreSchema, no_info_plain_validator_function

from ishtirak.edge.http import problems
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.value import Value

_INTEGER: Final = re.compile("0|[1-9][0-9]{0,9}")
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """The rule of a parameter that is a whole number: its bounds, both accepted."""

    least: int
    most: int

    def __call__(self, text: object) -> int:
        """The number a text is, or why it is none."""
        if not isinstance(text, str) or not _INTEGER.fullmatch(text):
            raise PydanticCustomError("whole_number_form", "A whole number is written in the digits 0 to 9")
        number = int(text)
        if number < self.least:
            raise PydanticKnownError("greater_than_equal", {"ge": self.least})
        if number > self.most:
            raise PydanticKnownError("less_than_equal", {"le": self.most})
        return number

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


def _a_day(text: object) -> date:
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise PydanticCustomError("civil_date_form", "A date is written YYYY-MM-DD")
    return CivilDate.parse(text).gregorian()


QueryDay = Annotated[date, BeforeValidator(_a_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A parameter that is a Gregorian day, `YYYY-MM-DD`."""
Cursor = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,700}$")]
"""A parameter that is a cursor, in the characters cursors are written in."""


class NoQuery(Value):
    """The query of an operation that has none."""


def read_query[Query: BaseModel](model: type[Query], given: Mapping[str, Sequence[str]]) -> Query:
    """The query by its model; `FieldsRefused` names every parameter that is not as the model has it."""
    several = [name for name, values in given.items() if len(values) != 1]
    try:
        if several:
            raise ValidationError.from_exception_data(model.__name__, [_repeated(name) for name in several])
        return model.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as refused:
        raise problems.FieldsRefused(refused) from None


def _repeated(name: str) -> InitErrorDetails:
    error = PydanticCustomError("parameter_repeated", "A parameter comes once")
    return InitErrorDetails(type=error, loc=(name,), input=None)
