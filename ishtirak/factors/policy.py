"""How authenticator codes are made and how often they are tried: dated data, not constants."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class FactorPolicy(Value):
    """The limits of authenticator apps and recovery codes. `digits` and `period_seconds` are what every app can do."""

    issuer: str = Field(pattern=r"^[A-Za-z]{2,20}$")
    secret_bytes: int = Field(ge=20, le=64)
    digits: int = Field(ge=6, le=6)
    period_seconds: int = Field(ge=30, le=30)
    window_steps: int = Field(ge=0, le=1)
    tries: int = Field(gt=0, le=5)
    first_pause_seconds: int = Field(ge=60)
    longest_pause_seconds: int = Field(ge=60, le=86400)
    tries_in_all: int = Field(gt=0, le=100)
    recovery_codes: int = Field(gt=0, le=10)
    recovery_characters: int = Field(ge=10, le=32)
    proof_seconds: int = Field(gt=0, le=600)

    @property
    def proof_lifetime(self) -> timedelta:
        return timedelta(seconds=self.proof_seconds)

    def pause_after(self, tries: int) -> timedelta:
        """How long no code is looked at after the n-th try in a row: none, but after every `tries` twice as long."""
        rounds, within = divmod(tries, self.tries)
        if rounds == 0 or within:
            return timedelta(0)
        doublings = min(rounds - 1, 32)
        return timedelta(seconds=min(self.first_pause_seconds << doublings, self.longest_pause_seconds))


@cache
def policies() -> Table[FactorPolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[FactorPolicy])


def policy_on(day: date) -> FactorPolicy:
    """The policy in force on a day."""
    return policies().at(day).value
