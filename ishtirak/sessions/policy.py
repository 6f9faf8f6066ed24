"""How often a name may be tried and how long a session lasts: dated data, not constants."""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class SessionPolicy(BaseModel):
    """The limits in force from a date. `assumed` says that no official source gives them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_force_from: date
    assumed: bool
    source: str
    free_attempts: int = Field(gt=0, le=100)
    first_delay_seconds: int = Field(gt=0)
    longest_delay_seconds: int = Field(gt=0)
    attempts_forgotten_after_seconds: int = Field(gt=0)
    idle_seconds: int = Field(gt=0, le=3600)
    total_seconds: int = Field(gt=0, le=86400)
    leeway_seconds: int = Field(ge=0, le=60)

    @property
    def idle(self) -> timedelta:
        return timedelta(seconds=self.idle_seconds)

    @property
    def total(self) -> timedelta:
        return timedelta(seconds=self.total_seconds)

    @property
    def leeway(self) -> timedelta:
        return timedelta(seconds=self.leeway_seconds)

    @property
    def attempts_forgotten_after(self) -> timedelta:
        return timedelta(seconds=self.attempts_forgotten_after_seconds)

    def delay_after(self, attempts: int) -> timedelta:
        """How long a name rests after its n-th attempt in a row.

        Not at all at first, then twice as long each time.
        """
        if attempts < self.free_attempts:
            return timedelta(0)
        doublings = min(attempts - self.free_attempts, 32)
        return timedelta(seconds=min(self.first_delay_seconds << doublings, self.longest_delay_seconds))


@cache
def policies() -> tuple[SessionPolicy, ...]:
    """Every policy there was, oldest first."""
    table = json.loads(Path(__file__).with_name("policy.json").read_text(encoding="utf-8"))
    return tuple(
        sorted(
            (SessionPolicy.model_validate(entry) for entry in table), key=lambda entry: entry.in_force_from
        )
    )


def policy_on(day: date) -> SessionPolicy:
    """The policy in force on a day."""
    return next(entry for entry in reversed(policies()) if entry.in_force_from <= day)
