"""The statutes' values as dated data: each with its first day in force, its source and whether it is assumed.

Code never repeats a value. What the tables do not know is refused, never guessed.
"""

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import combinations
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from ishtirak.kernel.dates import Calendar, Day
from ishtirak.kernel.identity import GccState
from ishtirak.kernel.insurance import Law, Nationality, System
from ishtirak.kernel.money import Halalas
from ishtirak.statute.model import Branch, Sector, Value
from ishtirak.statute.refusals import DateOutsideTables, NotInTables

WHOLE: Final = 10_000
"""Rates are in ten-thousandths: 950 is 9.5%."""

BasisPoints = Annotated[int, Field(strict=True, ge=0, le=WHOLE)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000)]
Sum = Annotated[Halalas, Field(strict=True, ge=0, le=10**12)]


class Rate(Value):
    """What each side pays, in ten-thousandths of the contributory wage."""

    employee: BasisPoints
    employer: BasisPoints

    @model_validator(mode="after")
    def _is_a_part_of_the_wage(self) -> Self:
        if self.employee + self.employer > WHOLE:
            raise ValueError("the two sides pay more than the wage")
        return self


class WageParts(Value):
    """What of the agreed wage counts; in-kind housing is that part of the basic wage."""

    commission: bool
    housing: bool
    in_kind_numerator: Count
    in_kind_denominator: Annotated[int, Field(strict=True, ge=1)]


class WageBounds(Value):
    """The least and the most a month may be counted as; `null` where the statute sets none."""

    floor: Sum | None
    cap: Sum | None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.floor is not None and self.cap is not None and self.floor > self.cap:
            raise ValueError("the floor is above the cap")
        return self


class Ages(Value):
    """Age limits, in the calendar the law counts in."""

    calendar: Calendar
    least: Count
    annuities_below: Count
    annuities_age_is_of_first_coverage: bool
    saned_below: Count
    saned_stops_at: Count


class FinesStart(StrEnum):
    """Where the months of delay are counted from when a period is reported late."""

    DUE_DATE = "DUE_DATE"
    REQUEST = "REQUEST"
    NEVER = "NEVER"


class DelayMonths(StrEnum):
    """Whether a month of delay runs from due day to due day or is a calendar month."""

    FROM_DUE_DAY = "FROM_DUE_DAY"
    CALENDAR = "CALENDAR"


class FineTerms(Value):
    """The late fine: simple, per month of delay or part of one."""

    per_month: BasisPoints
    retroactive_starts: FinesStart
    delay_months: DelayMonths


class UnpaidMonths(Value):
    """After how many unpaid months a period stops counting, and by how many that may be extended."""

    stops_after: Count
    extension: Count


class Scope(Value):
    """Which entry is meant: an absent key means whichever."""

    system: System | None = None
    law: Law | None = None
    nationality: Nationality | None = None
    sector: Sector | None = None
    branch: Branch | None = None
    gcc_state: GccState | None = None

    @cached_property
    def named(self) -> Mapping[str, str]:
        """The keys it sets."""
        return {key: str(value) for key, value in self.model_dump(exclude_none=True).items()}

    def covers(self, asked: Mapping[str, str]) -> bool:
        """Whether what is asked has every key this sets; a key that is not asked covers nothing."""
        return all(asked.get(key) == value for key, value in self.named.items())

    def could_meet(self, other: "Scope") -> bool:
        """Whether one case could be covered by both."""
        return all(other.named.get(key, value) == value for key, value in self.named.items())


class Entry[Held](Value):
    """One value, from one day on."""

    in_force_from: Day
    applies_to: Scope = Scope()
    value: Held
    source: Annotated[str, Field(min_length=3)]
    assumed: bool = False
    note: str = ""


class Table[Held](Value):
    """All the values of one kind through time."""

    name: str
    title: str
    entries: tuple[Entry[Held], ...]

    @model_validator(mode="after")
    def _says_one_thing_at_a_time(self) -> Self:
        for one, other in combinations(self.entries, 2):
            if not one.applies_to.could_meet(other.applies_to):
                continue
            if one.applies_to != other.applies_to or one.in_force_from == other.in_force_from:
                raise ValueError(f"{self.name}: two entries of {other.in_force_from} apply to one case")
        return self

    def at(self, day: date, **keys: str) -> Entry[Held]:
        """The entry in force on that day for those keys; the youngest when several have come into force."""
        found = self.find(day, **keys)
        if found is None:
            raise NotInTables(table=self.name, day=day.isoformat(), **keys)
        return found

    def find(self, day: date, **keys: str) -> Entry[Held] | None:
        """The same, or nothing."""
        apply = [e for e in self.entries if e.in_force_from <= day and e.applies_to.covers(keys)]
        return max(apply, key=lambda entry: entry.in_force_from, default=None)


class Reach(Value):
    """The days the tables were made for; outside them nothing is computed."""

    first: Day
    last: Day


class Tables(Value):
    """Everything the rules read, loaded and checked as one."""

    reach: Table[Reach]
    new_law: Table[Day]
    rates: Table[Rate]
    gcc_home_rates: Table[Rate]
    scope: Table[tuple[Branch, ...]]
    ages: Table[Ages]
    wage_parts: Table[WageParts]
    wage_bounds: Table[WageBounds]
    joint_cap: Table[Sum]
    look_back_months: Table[Count]
    due_day: Table[Annotated[int, Field(strict=True, ge=1, le=28)]]
    late_fines: Table[FineTerms]
    unpaid_months: Table[UnpaidMonths]

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Self:
        """Read `<table>.json` for every table; a missing, unsourced or contradictory one fails here."""
        folder = folder or files("ishtirak.statute") / "tables"
        tables = {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in cls.model_fields}
        return cls.model_validate_json(json.dumps(tables))

    @cached_property
    def version(self) -> str:
        """Changes whenever any value, date or source does."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def check_reach(self, name: str, day: date) -> None:
        """Refuse a day the tables were not made for."""
        reach = self.reach.entries[-1].value
        if not reach.first <= day <= reach.last:
            raise DateOutsideTables(
                name=name, day=day.isoformat(), first=reach.first.isoformat(), last=reach.last.isoformat()
            )

    def new_law_from(self) -> date:
        """The day the new law came into force."""
        return self.new_law.entries[-1].value


@cache
def statutory_tables() -> Tables:
    """The dated statutory tables, loaded and checked once per process."""
    return Tables.load()
