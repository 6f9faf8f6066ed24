"""Refusals of the register."""

from ishtirak.kernel.errors import Refused


class PeriodOverlaps(Refused):
    """A standing period with the same employer already has some of these days (REG-06)."""

    code = "period_overlaps"


class PeriodNotStanding(Refused):
    """The period to be changed was reversed, or never posted."""

    code = "period_not_standing"
