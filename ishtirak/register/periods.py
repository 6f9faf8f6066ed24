"""Periods of service as they are recorded."""

from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import Day
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Law, Route, System
from ishtirak.kernel.registered_days import END_OF_THE_CALENDAR, RegisteredDays, covered
from ishtirak.kernel.value import Code, Id, Value
from ishtirak.kernel.wage import OpenWageLine

MOST_WAGE_LINES: Final = 400
"""Every version of a contract that is kept, and every line of a request, may change the wage; well within one item."""


class RecordedWageLine(OpenWageLine):
    """بند أجر مسجل: the wage the register holds for months of a period."""


class SourceKind(StrEnum):
    """What a period rests on."""

    REQUEST = "REQUEST"
    CONTRACT = "CONTRACT"
    MIGRATION = "MIGRATION"
    PAYMENT = "PAYMENT"
    DECISION = "DECISION"


class Source(Value):
    """The paper behind a posting: a request, a version of a contract, a payment, an officer's decision."""

    kind: SourceKind
    reference: str = Field(min_length=1, max_length=100)
    version: int = Field(ge=1)


class PeriodState(StrEnum):
    """`ACTIVE` and `ENDED` both stand (the end was reported); a `REVERSED` period counts for nothing."""

    ACTIVE = "ACTIVE"
    ENDED = "ENDED"
    REVERSED = "REVERSED"


class Span(Value):
    """The days of a period with an employer: all that overlap is decided on."""

    period_id: Id
    establishment: EstablishmentNumber
    starts_on: Day
    ends_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self

    def overlaps(self, other: "Span") -> bool:
        """Whether any day is in both; an open end is after every day."""
        starts_in_time = other.ends_on is None or self.starts_on <= other.ends_on
        ends_late_enough = self.ends_on is None or other.starts_on <= self.ends_on
        return starts_in_time and ends_late_enough


class RecordedPeriod(Value):
    """مدة مسجلة: a period of service with one employer; `ends_on` is None while it goes on.

    Each of its days keeps the route it was registered by; so do days an amendment took out (`taken_out`, with
    their wages), in case they are put back. An amended period goes on under a new id: `lineage` is the id it first had,
    by which a contract finds what stands for it. `law` is None where it was not decided when the period was recorded.
    `revision` grows with every change of the period under one id.
    """

    id: Id
    revision: int = Field(default=1, ge=1)
    person_id: Id
    establishment: EstablishmentNumber
    system: System
    starts_on: Day
    ends_on: Day | None = None
    wages: tuple[RecordedWageLine, ...] = Field(min_length=1, max_length=MOST_WAGE_LINES)
    occupation_code: str = Field(pattern=r"^[0-9]{4,8}$")
    work_type: Code
    law: Law | None = None
    registered: tuple[RegisteredDays, ...] = Field(min_length=1)
    taken_out: tuple[RegisteredDays, ...] = ()
    taken_out_wages: tuple[RecordedWageLine, ...] = ()
    work_started_on: Day | None = None
    """The first day of the work, where the window left out days before `starts_on`; ages count from it."""
    first_covered_on: Day | None = None
    """The first day the person was ever covered, as known when `law` was decided; the old law counts ages by it."""
    lineage: Id | None = None
    """The id the period was first recorded under; None while it is still this one."""
    source: Source
    state: PeriodState = PeriodState.ACTIVE
    flags: tuple[Code, ...] = ()
    registered_at: str

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self

    @model_validator(mode="after")
    def _every_day_has_its_route(self) -> Self:
        if covered(self.registered) != ((self.starts_on, self.ends_on or END_OF_THE_CALENDAR),):
            raise PydanticCustomError("period_days", "Each day of a period is registered once")
        return self

    @property
    def root(self) -> str:
        """The id of the period it goes back to through every amendment."""
        return self.lineage or self.id

    @property
    def known(self) -> tuple[RegisteredDays, ...]:
        """Every day that is registered, or was until an amendment took it out."""
        return (*self.registered, *self.taken_out)

    @property
    def route(self) -> Route:
        """The route of its first day."""
        return self.registered[0].route

    @property
    def span(self) -> Span:
        return Span(
            period_id=self.id,
            establishment=self.establishment,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )

    @property
    def stands(self) -> bool:
        return self.state is not PeriodState.REVERSED
