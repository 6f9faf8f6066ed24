"""How often a name may be tried and how long a session lasts: dated data, not constants."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class StrangersWindow(Value):
    """How many attempts from places no sign-in came from count in each span of so many seconds."""

    seconds: int = Field(gt=0, le=86400)
    attempts: int = Field(gt=0, le=100)


class SessionPolicy(Value):
    """The limits of sign-in and of sessions."""

    free_attempts: int = Field(gt=0, le=100)
    first_delay_seconds: int = Field(gt=0)
    longest_delay_seconds: int = Field(gt=0)
    attempts_forgotten_after_seconds: int = Field(gt=0)
    place_remembered_seconds: int = Field(gt=0)
    strangers_per_place: StrangersWindow
    strangers_per_name: StrangersWindow
    strangers_per_address: StrangersWindow
    idle_seconds: int = Field(gt=0, le=3600)
    total_seconds: int = Field(gt=0, le=86400)
    leeway_seconds: int = Field(ge=0, le=60)
    revocation_learnt_within_seconds: int = Field(ge=0, le=60)

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

    @property
    def place_remembered(self) -> timedelta:
        return timedelta(seconds=self.place_remembered_seconds)

    @property
    def revocation_learnt_within(self) -> timedelta:
        return timedelta(seconds=self.revocation_learnt_within_seconds)

    def delay_after(self, attempts: int) -> timedelta:
        """How long a place is blocked for a name after its n-th attempt in a row.

        Not at all at first, then twice as long each time.
        """
        if attempts < self.free_attempts:
            return timedelta(0)
        doublings = min(attempts - self.free_attempts, 32)
        return timedelta(seconds=min(self.first_delay_seconds << doublings, self.longest_delay_seconds))


@cache
def policies() -> Table[SessionPolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[SessionPolicy])


def policy_on(day: date) -> SessionPolicy:
    """The policy in force on a day."""
    return policies().at(day).value
