"""A claim worked out month by month, before any day of payment is known."""

from collections.abc import Mapping
from dataclasses import dataclass

from ishtirak.kernel.insurance import Law, Route
from ishtirak.kernel.months import Month
from ishtirak.statute.coverage import Coverage
from ishtirak.statute.model import Claim, Decision
from ishtirak.statute.registration import Admission
from ishtirak.statute.wages import MonthWage


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """One registered month: how much of it was served, what covers it, on what wage."""

    month: Month
    days: Mapping[Route, int]
    """How many days of it were served, by the route they were registered by."""
    route: Route
    covered: Coverage
    wage: MonthWage

    @property
    def service_days(self) -> int:
        return sum(self.days.values())


@dataclass(frozen=True, slots=True)
class ClaimPlan:
    """The registered months of a claim, and what is left for an officer to decide."""

    claim: Claim
    admission: Admission
    law: Law
    months: tuple[MonthPlan, ...]
    undecided: tuple[Decision, ...]
