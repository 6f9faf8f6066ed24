"""What the oracle is told, and what it answers: plain frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Halalas = int
Month = date
"""A month is written as its first day."""


class System(StrEnum):
    """Under which scheme a period is registered."""

    SOCIAL_INSURANCE = "SOCIAL_INSURANCE"
    CIVIL_PENSION = "CIVIL_PENSION"
    MILITARY_PENSION = "MILITARY_PENSION"


class Law(StrEnum):
    """The law of before 3 July 2024, or the one of since."""

    OLD = "OLD"
    NEW = "NEW"


class Branch(StrEnum):
    """What is insured."""

    ANNUITIES = "ANNUITIES"
    SANED = "SANED"
    HAZARDS = "HAZARDS"


class Refusal(StrEnum):
    """Why an act changes nothing."""

    AFTER_THE_REQUEST = "after_the_request"
    OVERLAP = "overlap"
    OUTSIDE_THE_WINDOW = "outside_the_window"
    UNDER_AGE = "under_age"
    NO_WAGE = "no_wage"
    NO_BRANCH = "no_branch"
    WAGE_CORRECTION_TOO_LATE = "wage_correction_too_late"


@dataclass(frozen=True)
class Person:
    """A Saudi. The birth date is in one calendar or in both; `hijri_born` is year, month, day."""

    born: date | None = None
    hijri_born: tuple[int, int, int] | None = None
    before_new_law: bool = False
    """Had an uncompensated SI or civil period before 3 July 2024, as other records say."""


@dataclass(frozen=True)
class Wage:
    """The agreed wage over a range of months, both ends included."""

    first_month: Month
    last_month: Month
    basic: Halalas
    housing: Halalas = 0
    housing_in_kind: bool = False
    commission: Halalas = 0


@dataclass(frozen=True)
class Add:
    """Ask for a new period."""

    employer: str
    starts: date
    ends: date
    wages: tuple[Wage, ...]
    requested_on: date
    system: System = System.SOCIAL_INSURANCE


@dataclass(frozen=True)
class Amend:
    """Ask for another form of a period that was registered: the `period`-th one that was added, from 0."""

    period: int
    starts: date
    ends: date
    wages: tuple[Wage, ...]
    requested_on: date


type Act = Add | Amend


@dataclass(frozen=True)
class Life:
    """A person and what is asked for that person, in order."""

    person: Person
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Part:
    """One branch of one month: how many of its days are covered, and what each side owes."""

    days: int
    employee: Halalas
    employer: Halalas


@dataclass(frozen=True)
class Row:
    """One month of service."""

    month: Month
    service_days: int
    wage: Halalas
    parts: Mapping[Branch, Part] = field(default_factory=dict)

    @property
    def employee(self) -> Halalas:
        return sum(part.employee for part in self.parts.values())

    @property
    def employer(self) -> Halalas:
        return sum(part.employer for part in self.parts.values())

    @property
    def total(self) -> Halalas:
        return self.employee + self.employer


@dataclass(frozen=True)
class Late:
    """What a month costs when it is paid on a day: its due date, the months of delay, the fine."""

    due: date
    months_late: int
    fine: Halalas


@dataclass(frozen=True)
class Registered:
    """The answer to an act that was accepted."""

    period: int
    starts: date
    ends: date
    law: Law
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Refused:
    """The answer to an act that was not: every reason there is, in no order that matters."""

    reasons: frozenset[Refusal]


type Answer = Registered | Refused
