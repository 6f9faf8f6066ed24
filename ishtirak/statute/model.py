"""What is asked of the rules and what they answer. All of it is frozen; money is whole halalas."""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import CivilDate, Day
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.identity import EstablishmentNumber, GccState
from ishtirak.kernel.insurance import Law, Nationality, Route, Sector, System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.registered_days import END_OF_THE_CALENDAR, RegisteredDays
from ishtirak.kernel.value import Value
from ishtirak.kernel.wage import OpenWageLine, Wage, WageLine


class ClaimKind(StrEnum):
    """Whether a period is added or a recorded one is changed."""

    ADD = "ADD"
    AMEND = "AMEND"


class Way(StrEnum):
    """How a period comes to be registered: a person's request, or a contract authenticated on Qiwa.

    The same rules judge both. A contract alone may begin in the days ahead and go on after the day it is reported.
    """

    REQUEST = "REQUEST"
    CONTRACT = "CONTRACT"


class LateCorrection(StrEnum):
    """The Governor's exception for correcting a wage after its month (regulation art. 21).

    `ASKED` leaves it to an officer; `ALLOWED` says the Governor's decision is there.
    """

    NONE = "NONE"
    ASKED = "ASKED"
    ALLOWED = "ALLOWED"


class Branch(StrEnum):
    """الفرع: annuities (المعاشات), unemployment (ساند), occupational hazards (الأخطار المهنية)."""

    ANNUITIES = "ANNUITIES"
    SANED = "SANED"
    HAZARDS = "HAZARDS"


class PersonFacts(Value):
    """What the registries say of the person; nothing of it is typed by the applicant."""

    nationality: Nationality
    born: CivilDate
    uncompensated_before_new_law: frozenset[System] = frozenset()
    """Systems in which the person has a period before the new law for which no compensation was paid."""
    first_covered_on: Day | None = None
    """The first day ever covered, where there is one; the old law tests its age limit on that day."""
    gcc_state: GccState | None = None
    dates_from_authority: Period | None = None
    """For a non-Saudi: the service dates the interior authority reports."""

    @model_validator(mode="after")
    def _gcc_nationals_have_a_state(self) -> Self:
        if (self.nationality is Nationality.GCC) != (self.gcc_state is not None):
            raise PydanticCustomError("gcc_state", "A GCC national, and nobody else, has a GCC state")
        return self


class EstablishmentFacts(Value):
    """What the registries say of the employer."""

    number: EstablishmentNumber
    sector: Sector
    owned_by_person: bool = False
    single_owner: bool = False


class ExistingPeriod(Value):
    """A period already in the register, open-ended while the person still serves."""

    id: str
    establishment: EstablishmentNumber
    system: System
    starts_on: Day
    ends_on: Day | None = None
    wages: tuple[OpenWageLine, ...]
    """The agreed wage, from month to month."""
    registered: tuple[RegisteredDays, ...]
    """Its days with the route each was registered by."""
    taken_out: tuple[RegisteredDays, ...] = ()
    """Days an amendment took out again: put back, they keep their route, and need no window."""
    taken_out_wages: tuple[OpenWageLine, ...] = ()
    work_started_on: Day | None = None
    """The first day of the work, where the window cut the period off after it."""
    law: Law | None = None
    """What it was recorded under, where that was decided; then `first_covered_on` too is as it was known."""
    first_covered_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self

    @property
    def period(self) -> Period:
        """Its days; an open end is the end of the calendar."""
        return Period.between(self.starts_on, self.ends_on or END_OF_THE_CALENDAR)

    @property
    def known(self) -> tuple[RegisteredDays, ...]:
        """Every day that is registered, or was until an amendment took it out."""
        return (*self.registered, *self.taken_out)

    def wage_in(self, month: Month) -> Wage | None:
        """The wage recorded for the month, or recorded for it before it was taken out."""
        return next((each for each in (*self.wages, *self.taken_out_wages) if each.covers(month)), None)


class Claim(Value):
    """مدة مطلوبة: what is asked, with every fact the rules look at."""

    kind: ClaimKind = ClaimKind.ADD
    system: System
    person: PersonFacts
    establishment: EstablishmentFacts
    period: Period
    wages: tuple[WageLine, ...]
    requested_on: Day
    recorded: tuple[ExistingPeriod, ...] = ()
    amends: str | None = None
    """For `AMEND`: the `id` among `recorded` of the period that is changed."""
    late_correction: LateCorrection = LateCorrection.NONE
    way: Way = Way.REQUEST


class AppliedRule(Value):
    """A rule that shaped the figures; the edge finds its text by `code` and fills it with `facts`."""

    rule: str
    code: str
    source: str
    assumed: bool = False
    """True where the value is an assumption, not read in a statute: the answer says so."""
    facts: dict[str, Fact] = Field(default={})


class Decision(Value):
    """A question the tables cannot settle: an officer decides before anything is posted."""

    rule: str
    code: str
    source: str
    facts: dict[str, Fact] = Field(default={})


class BranchShare(Value):
    """What one branch costs each side in one month, for the days of it that the branch covers."""

    branch: Branch
    days: int
    employee: Halalas
    employer: Halalas


class CoveredMonth(Value):
    """One contribution month: its share of service, and what it comes to by branch and side."""

    month: Month
    service_days: int
    month_days: int
    contributory_wage: Halalas
    """The wage of the whole month, after minimum, maximum and other employers."""
    branches: tuple[BranchShare, ...]
    employee: Halalas
    employer: Halalas
    total: Halalas


class PeriodContributions(Value):
    """What a recorded period comes to, and the rules that make it so."""

    months: tuple[CoveredMonth, ...] = ()
    applied: tuple[AppliedRule, ...] = ()


class MonthRow(CoveredMonth):
    """A contribution month with the day it is due and the fine for the delay.

    `route` is that of the days which are newly registered in it, else of its first day.
    """

    route: Route
    due_on: date
    late_months: int
    fine: Halalas


class Assessment(Value):
    """تقدير المستحقات: what is registered and what is due, as of one day, by one set of tables."""

    law: Law
    route: Route
    """The latest that any of the newly registered days is reported; without any, the route of the first day."""
    asked: Period
    registered: Period
    days: tuple[RegisteredDays, ...]
    """The registered days with the route of each."""
    work_started_on: date
    first_covered_on: date | None
    """The first day ever covered before this claim, by which the old law judges its ages."""
    rows: tuple[MonthRow, ...]
    contributions: Halalas
    fines: Halalas
    total: Halalas
    added_contributions: Halalas
    """What the claim adds to what is recorded, month by month and side by side: all of it where nothing is amended."""
    added_fines: Halalas
    """The fines on that. The two are what is billed for the claim."""
    worker_share: Halalas
    """For information: the employer owes the whole sum and may withhold this part (law art. 9)."""
    employer_share: Halalas
    """The employer's own part of the contributions; the fines are on top and the employer's alone."""
    applied: tuple[AppliedRule, ...]
    needs_decision: tuple[Decision, ...]
    as_of: date
    tables: str
    """The version of the tables, so that the same figures can be found again."""
