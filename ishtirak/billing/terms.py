"""How bills are collected, as dated data (`kernel.dated`)."""

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from ishtirak.kernel.dated import Table, TableSet
from ishtirak.kernel.value import Amount, Value

Count = Annotated[int, Field(strict=True, ge=1, le=1_000)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]


class WithinMonth(StrEnum):
    """What a payment covers first of a month."""

    CONTRIBUTION_FIRST = "CONTRIBUTION_FIRST"
    FINE_FIRST = "FINE_FIRST"


class WaiverTerms(Value):
    """How much of a fine may be waived without the Board."""

    whole_within_days: Count
    percent_beyond: Percent

    def percent(self, *, days_late: int) -> int:
        """The most of a month's fine that may be waived, by how late its contribution is."""
        return 100 if days_late <= self.whole_within_days else self.percent_beyond


class InstalmentTerms(Value):
    """How many monthly instalments, and how soon the first."""

    most: Count
    first_within_days: Count


class CollectionTerms(TableSet):
    """Everything that is read when a bill is paid, waived or paid in instalments."""

    within_month: Table[WithinMonth]
    waiver: Table[WaiverTerms]
    instalments: Table[InstalmentTerms]
    second_person_above: Table[Amount]
    estimate_days: Table[Count]

    @model_validator(mode="after")
    def _none_is_empty(self) -> Self:
        for name in type(self).model_fields:
            if not getattr(self, name).entries:
                raise ValueError(f"{name}: no entry")
        return self


def in_force[Held](table: Table[Held], day: date) -> Held:
    """The value in force on a day; before the first one nothing was billed, so that one serves."""
    return (table.find(day) or table.entries[0]).value


@cache
def collection_terms() -> CollectionTerms:
    """The terms beside this module, read and checked once per process."""
    return CollectionTerms.read(Path(__file__).with_name("tables"))
