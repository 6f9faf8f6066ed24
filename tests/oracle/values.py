"""The numbers of the statutes, written from their text and by nobody who has read the product's tables.

Rates are in hundredths of a per cent of the contributory wage, the worker's and the employer's.
"""

from datetime import date
from typing import Final

from tests.oracle.facts import Branch, Halalas, Law, System

NEW_LAW_FROM: Final = date(2024, 7, 3)
LOOK_BACK_MONTHS: Final = 24

YOUNGEST: Final = 15
ANNUITIES_CLOSED_FROM: Final = {Law.NEW: 65, Law.OLD: 60}
SANED_CLOSED_FROM: Final = {Law.NEW: 64, Law.OLD: 59}
SANED_STOPS_AT: Final = {Law.NEW: 65, Law.OLD: 60}

LEAST_WAGE: Final[Halalas] = 1_500_00
LARGEST_WAGE: Final[Halalas] = 45_000_00

DUE_DAY: Final = 15
FINE_PER_CENT_A_MONTH: Final = 2

type Rate = tuple[int, int]

PENSION_RATE: Final[Rate] = (9_00, 9_00)
SANED_RATE: Final[Rate] = (75, 75)
HAZARDS_RATE: Final[Rate] = (0, 2_00)
OLD_ANNUITIES_RATE: Final[Rate] = (9_00, 9_00)
FIRST_MONTH_OF_THE_OLD_TABLE: Final = date(2022, 2, 1)


def rate(branch: Branch, *, system: System, law: Law, month: date) -> Rate:
    """R11. Rates for SI from Feb 2022 on (old law), new law by contribution month. Pensions 9 + 9, annuities only."""
    if system is not System.SOCIAL_INSURANCE:
        if branch is not Branch.ANNUITIES:
            raise LookupError(f"{system} has no {branch}")
        return PENSION_RATE
    if month < FIRST_MONTH_OF_THE_OLD_TABLE:
        raise LookupError(f"no rates are known for {month}")
    if branch is Branch.SANED:
        return SANED_RATE
    if branch is Branch.HAZARDS:
        return HAZARDS_RATE
    return OLD_ANNUITIES_RATE if law is Law.OLD else _new_annuities(month)


def _new_annuities(month: date) -> Rate:
    """18% until June 2025, then half a point more for each side every July, until 22% from July 2028."""
    if month < date(2024, 7, 1):
        raise LookupError("the new law has no month before July 2024")
    if month < date(2025, 7, 1):
        return 9_00, 9_00
    if month < date(2026, 7, 1):
        return 9_50, 9_50
    if month < date(2027, 7, 1):
        return 10_00, 10_00
    if month < date(2028, 7, 1):
        return 10_50, 10_50
    return 11_00, 11_00


def branches(system: System) -> tuple[Branch, ...]:
    """The scope of a Saudi: all three under social insurance; a pension has annuities only."""
    if system is System.SOCIAL_INSURANCE:
        return (Branch.ANNUITIES, Branch.SANED, Branch.HAZARDS)
    return (Branch.ANNUITIES,)
