"""What check_eligibility gives; it takes what every step does."""

from typing import Self

from pydantic import BaseModel

from ishtirak.requests.waits import NextWaits
from ishtirak.use_cases.check_eligibility import Eligibility, EligibilityCheck


class Checked(BaseModel):
    """Where the workflow goes on, and the deadlines of the waits that may begin now."""

    outcome: Eligibility
    waits: NextWaits

    @classmethod
    def of(cls, check: EligibilityCheck) -> Self:
        return cls(outcome=check.outcome, waits=check.waits)
