"""Refusals of the register."""

from ishtirak.kernel.errors import Refused


class PeriodOverlaps(Refused):
    """A standing period with the same employer already has some of these days (REG-06)."""

    code = "period_overlaps"


class PeriodNotStanding(Refused):
    """The period to be changed was reversed, or never posted."""

    code = "period_not_standing"


class NumberReplaced(Refused):
    """The directory knows the person under a newer number than the one they are named by."""

    code = "number_replaced"


class BirthDateFrozen(Refused):
    """The directory has another birth date than the first registration: that one stays (REG-10).

    The regulation lets it change with the national ID itself, where no cash benefit was ever paid; nothing here does.
    """

    code, rule, source = "birth_date_frozen", "REG-10", "Implementing regulation, art. 9"
