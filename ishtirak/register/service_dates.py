"""The days a resident serves an employer, as the interior authority reports them; nobody types them."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import Day
from ishtirak.kernel.value import Value


class JoiningReason(StrEnum):
    """Why the service began (implementing regulation art. 6)."""

    ENTRY = "ENTRY"
    SPONSORSHIP_TRANSFER = "SPONSORSHIP_TRANSFER"


class LeavingReason(StrEnum):
    """Why the service ended (implementing regulation art. 6)."""

    FINAL_EXIT = "FINAL_EXIT"
    SPONSORSHIP_TRANSFER = "SPONSORSHIP_TRANSFER"
    DEATH = "DEATH"


class ServiceDates(Value):
    """مدة الخدمة كما تفيد بها الجهة المختصة: one service with one employer; without a last day while it goes on."""

    starts_on: Day
    started_by: JoiningReason
    ends_on: Day | None = None
    ended_by: LeavingReason | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PydanticCustomError("period_order", "A service ends on or after the day it starts")
        if (self.ends_on is None) != (self.ended_by is None):
            raise PydanticCustomError(
                "service_end", "A service that ended, and no other, has a reason to have ended"
            )
        return self

    def covers(self, day: date) -> bool:
        """Whether the day is one of the service's."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def service_on(services: Iterable[ServiceDates], day: date) -> ServiceDates | None:
    """The one that day is of, if any."""
    return next((service for service in services if service.covers(day)), None)
