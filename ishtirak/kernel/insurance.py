"""The words of the insurance laws that every capability uses: systems, laws, nationalities, and how late is late."""

from enum import StrEnum
from typing import Final

from ishtirak.kernel.identity import GccState

SAUDI_ARABIA: Final = "SA"


class System(StrEnum):
    """النظام: the insurance systems a person may have a period in."""

    SOCIAL_INSURANCE = "SOCIAL_INSURANCE"
    CIVIL_PENSION = "CIVIL_PENSION"
    MILITARY_PENSION = "MILITARY_PENSION"


class Law(StrEnum):
    """The law a period is counted by: the one before 3 July 2024, or the one in force from that day."""

    OLD = "OLD"
    NEW = "NEW"


class Nationality(StrEnum):
    """The classes of nationality the statutes distinguish."""

    SAUDI = "SAUDI"
    GCC = "GCC"
    NON_SAUDI = "NON_SAUDI"

    @classmethod
    def of(cls, country: str) -> "Nationality":
        """The class of an ISO 3166-1 alpha-2 code."""
        if country == SAUDI_ARABIA:
            return cls.SAUDI
        return cls.GCC if country in GccState else cls.NON_SAUDI


class Sector(StrEnum):
    """Who employs: a business, or a body of the state."""

    PRIVATE = "PRIVATE"
    GOVERNMENT = "GOVERNMENT"


class Sex(StrEnum):
    """As the directory of persons records it."""

    FEMALE = "FEMALE"
    MALE = "MALE"


class Route(StrEnum):
    """How late a period is reported, and so which branches it may still be registered for."""

    ON_TIME = "ON_TIME"
    SELF_WINDOW = "SELF_WINDOW"
    RETROACTIVE = "RETROACTIVE"


class WorkType(StrEnum):
    """How the work was contracted (unified contract forms)."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    SEASONAL = "SEASONAL"
    CASUAL = "CASUAL"
