"""What check_eligibility gives; it takes what every step does."""

from typing import Self

from pydantic import BaseModel

from ishtirak.requests.model import Party
from ishtirak.use_cases.check_eligibility import Eligibility, EligibilityCheck


class Waits(BaseModel):
    """How long each party has, in seconds from now: the time-outs of the states to come."""

    employer: int
    officer: int
    supervisor: int
    contributor: int


class Checked(BaseModel):
    """Where the workflow goes on, and the deadlines of the waits to come."""

    outcome: Eligibility
    waits: Waits

    @classmethod
    def of(cls, check: EligibilityCheck) -> Self:
        seconds = {party: int(wait.total_seconds()) for party, wait in check.waits.items()}
        waits = Waits(
            employer=seconds[Party.EMPLOYER],
            officer=seconds[Party.OFFICER],
            supervisor=seconds[Party.SUPERVISOR],
            contributor=seconds[Party.CONTRIBUTOR],
        )
        return cls(outcome=check.outcome, waits=waits)
