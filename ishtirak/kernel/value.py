"""The base of every frozen value, and the field types values share."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

LARGEST_AMOUNT: Final = 10**12
"""Ten billion riyals, in halalas: past any sum of one account, and exact in JSON."""

SignedAmount = Annotated[int, Field(strict=True, ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]
"""Halalas; negative where an entry undoes another."""
Amount = Annotated[int, Field(strict=True, ge=0, le=LARGEST_AMOUNT)]
"""Halalas."""
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,39}$")]


class Value(BaseModel):
    """A frozen value that refuses what it does not know and never repeats it in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
