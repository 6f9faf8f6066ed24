"""What the statutes' tables hold, as dated data (`kernel.dated`)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, ClassVar, Final, Self

from pydantic import AfterValidator, Field, model_validator

from ishtirak.kernel.dated import Entry, NotInForce, Table, TableSet
from ishtirak.kernel.dates import Calendar, Day
from ishtirak.kernel.identity import GccState
from ishtirak.kernel.insurance import Law, Nationality, Sector, System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.value import Value
from ishtirak.statute.model import Branch
from ishtirak.statute.refusals import DateOutsideTables, NotInTables

FOLDER: Final = Path(__file__).with_name("tables")
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
    """After how many unpaid months a period stops counting, and by how many that may be extended.

    When the employer ceases it stops at once, with the month of that day or before it.
    """

    stops_after: Count
    extension: Count
    month_of_cessation_counts: bool

    def most(self, *, extended: bool) -> int:
        """How many months count from the first unpaid one on."""
        return self.stops_after + (self.extension if extended else 0)


@dataclass(frozen=True, kw_only=True)
class StatutoryTable[Held](Table[Held]):
    """A dated table of the statutes: what it does not hold is refused as `NotInTables`."""

    keys: ClassVar = {
        "system": System,
        "law": Law,
        "nationality": Nationality,
        "sector": Sector,
        "branch": Branch,
        "gcc_state": GccState,
    }

    entries: tuple[Entry[Held], ...]

    def at(self, day: date, **keys: str) -> Entry[Held]:
        try:
            return super().at(day, **keys)
        except NotInForce as absent:
            raise NotInTables(table=self.name, day=day.isoformat(), **absent.keys) from None


def _of_no_state(nationality: Nationality) -> Nationality:
    if nationality is Nationality.GCC:
        raise ValueError("no home scheme charges for whoever is no national of its state")
    return nationality


ResidentClass = Annotated[Nationality, AfterValidator(_of_no_state)]
"""What a resident may be treated as."""


class Reach(Value):
    """The days the tables were made for; outside them nothing is computed."""

    first: Day
    last: Day


class Tables(TableSet):
    """Everything the rules read, loaded and checked as one."""

    reach: StatutoryTable[Reach]
    new_law: StatutoryTable[Day]
    rates: StatutoryTable[Rate]
    gcc_home_rates: StatutoryTable[Rate]
    scope: StatutoryTable[tuple[Branch, ...]]
    ages: StatutoryTable[Ages]
    wage_parts: StatutoryTable[WageParts]
    wage_bounds: StatutoryTable[WageBounds]
    joint_cap: StatutoryTable[Sum]
    look_back_months: StatutoryTable[Count]
    contract_start_ahead_days: StatutoryTable[Count]
    due_day: StatutoryTable[Annotated[int, Field(strict=True, ge=1, le=28)]]
    late_fines: StatutoryTable[FineTerms]
    unpaid_months: StatutoryTable[UnpaidMonths]
    premium_residency: StatutoryTable[ResidentClass]

    @cached_property
    def version(self) -> str:
        """A digest of every value, date and source."""
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
    return Tables.read(FOLDER)
