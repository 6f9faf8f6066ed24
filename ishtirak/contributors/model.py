"""A person as the directory of persons knows them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import GccState, IdentityNumber, Mobile

SAUDI_ARABIA: Final = "SA"


class Sex(StrEnum):
    FEMALE = "FEMALE"
    MALE = "MALE"


class NationalityClass(StrEnum):
    """What a nationality means to the branches of insurance."""

    SAUDI = "SAUDI"
    GCC = "GCC"
    NON_SAUDI = "NON_SAUDI"

    @classmethod
    def of(cls, nationality: str) -> "NationalityClass":
        """The class of an ISO 3166-1 alpha-2 code."""
        if nationality == SAUDI_ARABIA:
            return cls.SAUDI
        return cls.GCC if nationality in GccState else cls.NON_SAUDI


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """الشخص كما يعرفه الدليل: whole or absent, never half-filled.

    The birth date keeps the calendar it was issued in. `mobile` is the number registered with the directory,
    the only one a code is ever sent to; None says the directory holds none.
    """

    identity: IdentityNumber
    name_ar: str
    name_en: str
    birth_date: CivilDate
    nationality: str
    sex: Sex
    mobile: Mobile | None

    @property
    def nationality_class(self) -> NationalityClass:
        return NationalityClass.of(self.nationality)

    def __repr__(self) -> str:
        return f"Person({self.identity.masked()!r})"
