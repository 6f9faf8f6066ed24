"""A person as the directory of persons knows them."""

from dataclasses import dataclass

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import BorderNumber, Mobile, PersonNumber
from ishtirak.kernel.insurance import Nationality, Sex


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """الشخص كما يعرفه الدليل: complete or absent, never half-filled.

    The birth date keeps the calendar it was issued in. `mobile` is the number registered with the directory,
    the only one a code is ever sent to; None says the directory holds none. `identity` is the number in use, and
    `border_number` the one it replaced, for a resident who entered before it was issued.
    """

    identity: PersonNumber
    border_number: BorderNumber | None = None
    name_ar: str
    name_en: str
    birth_date: CivilDate
    nationality: str
    premium_residency: bool = False
    sex: Sex
    mobile: Mobile | None

    @property
    def nationality_class(self) -> Nationality:
        return Nationality.of(self.nationality)

    def __repr__(self) -> str:
        return f"Person({self.identity.masked()!r})"
