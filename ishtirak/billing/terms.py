"""How bills are collected, as dated data: each value with its first day in force, its source, and whether it is
assumed. Code repeats none of them.
"""

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from ishtirak.kernel.dates import Day
from ishtirak.kernel.value import Amount, Value

Count = Annotated[int, Field(strict=True, ge=1, le=1_000)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]


class WithinMonth(StrEnum):
    """What a payment covers first of a month."""

    CONTRIBUTION_FIRST = "CONTRIBUTION_FIRST"
    FINE_FIRST = "FINE_FIRST"


class WaiverTerms(Value):
    """How much of a fine may be let off without the Board."""

    whole_within_days: Count
    percent_beyond: Percent

    def percent(self, *, days_late: int) -> int:
        """The most of a month's fine that may be let off, by how late its contribution is."""
        return 100 if days_late <= self.whole_within_days else self.percent_beyond


class InstalmentTerms(Value):
    """How many monthly instalments, and how soon the first."""

    most: Count
    first_within_days: Count


class Dated[Held](Value):
    """One value, from one day on."""

    in_force_from: Day
    value: Held
    source: str = Field(min_length=3)
    assumed: bool = False
    note: str = ""


type Entries[Held] = tuple[Dated[Held], ...]


class CollectionTerms(Value):
    """Everything that is read when a bill is paid, waived or put off; of each, oldest first."""

    within_month: Entries[WithinMonth]
    waiver: Entries[WaiverTerms]
    instalments: Entries[InstalmentTerms]
    second_person_above: Entries[Amount]
    estimate_days: Entries[Count]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name in type(self).model_fields:
            days = [entry.in_force_from for entry in getattr(self, name)]
            if not days or days != sorted(set(days)):
                raise ValueError(f"{name}: none, two of one day, or out of order")
        return self


def in_force[Held](entries: Entries[Held], day: date) -> Held:
    """The value in force on a day; before the first one nothing was billed, so that one serves."""
    return next((e.value for e in reversed(entries) if e.in_force_from <= day), entries[0].value)


@cache
def collection_terms() -> CollectionTerms:
    """The terms beside this module, checked."""
    return CollectionTerms.model_validate_json(Path(__file__).with_name("terms.json").read_bytes())
