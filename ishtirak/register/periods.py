"""Periods of service as they are recorded."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import Day
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Law, Route, System
from ishtirak.kernel.value import Code, Id, Value
from ishtirak.kernel.wage import OpenWageLine


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

    `law` is None where the engine has not decided it yet (a contract names a wage, not a law). `revision`
    grows with every change of the period.
    """

    id: Id
    revision: int = Field(default=1, ge=1)
    person_id: Id
    establishment: EstablishmentNumber
    system: System
    starts_on: Day
    ends_on: Day | None = None
    wages: tuple[RecordedWageLine, ...] = Field(min_length=1, max_length=120)
    occupation_code: str = Field(pattern=r"^[0-9]{4,8}$")
    work_type: Code
    law: Law | None = None
    route: Route = Route.ON_TIME
    source: Source
    state: PeriodState = PeriodState.ACTIVE
    flags: tuple[Code, ...] = ()
    registered_at: str

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self

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
