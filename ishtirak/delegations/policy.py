"""How long an offer is open, and how often a number and a birth date may be tried: dated data, not constants."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class DelegationPolicy(Value):
    """The limits of delegations."""

    offer_days: int = Field(gt=0, le=90)
    start_ahead_days: int = Field(ge=0, le=366)
    tries: int = Field(gt=0, le=20)
    """Of pairs of number and birth date, in `tries_seconds`: for who tries, and for the number that is tried."""
    tries_seconds: int = Field(ge=60, le=86400)

    @property
    def tries_span(self) -> timedelta:
        return timedelta(seconds=self.tries_seconds)

    @property
    def offer_open_for(self) -> timedelta:
        return timedelta(days=self.offer_days)


@cache
def policies() -> Table[DelegationPolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[DelegationPolicy])


def policy_on(day: date) -> DelegationPolicy:
    """The policy in force on a day."""
    return policies().at(day).value
