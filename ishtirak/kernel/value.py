"""The base of every frozen value, and the field types values share."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core.core_schema import CoreSchema, str_schema

LARGEST_AMOUNT: Final = 10**12
"""Ten billion riyals, in halalas: past any sum of one account, and exact in JSON."""

SignedAmount = Annotated[int, Field(strict=True, ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]
"""Halalas; negative where an entry undoes another."""
Amount = Annotated[int, Field(strict=True, ge=0, le=LARGEST_AMOUNT)]
"""Halalas."""
ID_FORM: Final = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
Id = Annotated[str, Field(pattern=ID_FORM)]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,39}$")]


@dataclass(frozen=True, slots=True)
class Opaque:
    """The rule of a field that is compared as it came (a code, a handle): neither kept nor shown, so not normalised."""

    longest: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return str_schema(strict=True, min_length=1, max_length=self.longest)


class Value(BaseModel):
    """A frozen value that refuses what it does not know and never repeats it in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
