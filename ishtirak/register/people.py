"""The people the register knows, and how one is found by number."""

from types import MappingProxyType
from typing import Final

from pydantic import Field

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import IdentityKind, PersonNumber
from ishtirak.kernel.insurance import Nationality, Sex, System
from ishtirak.kernel.value import Id, Value


class Contributor(Value):
    """المشترك: a person the register knows, under an opaque id that is never reused.

    The identity number is here as ciphertext only; the birth date is that of the first registration.
    """

    person_id: Id
    encrypted_identity: str = Field(repr=False)
    masked_identity: str
    kind: IdentityKind
    birth_date: CivilDate = Field(repr=False)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    premium_residency: bool = False
    sex: Sex
    name_ar: str = Field(min_length=2, max_length=200, repr=False)
    name_en: str = Field(min_length=2, max_length=200, repr=False)
    language: str = Field(default="ar", pattern=r"^(ar|en)$")
    uncompensated_before_new_law: frozenset[System] = frozenset()
    """The systems with a period before 3 July 2024 and no compensation paid for it: they decide the law."""
    registered_at: str

    @property
    def nationality(self) -> Nationality:
        return Nationality.of(self.country)

    @property
    def military_history_only(self) -> bool:
        """The case the transition clauses do not name: a person decides which law applies."""
        return self.uncompensated_before_new_law == {System.MILITARY_PENSION}


def identity_encryption_context(person_id: str) -> dict[str, str]:
    """What the ciphertext of an identity number is bound to: on another person's item it does not open."""
    return {"table": "Register", "pk": f"PERSON#{person_id}", "field": "identity"}


_MESSAGES: Final = MappingProxyType(
    {
        IdentityKind.NATIONAL_ID: "nin-v1",
        IdentityKind.IQAMA: "nin-v1",
        IdentityKind.BORDER: "border-v1",
        IdentityKind.GCC: "gcc-v1",
    }
)


def identity_message(identity: PersonNumber) -> bytes:
    """The bytes whose keyed hash finds a person by number, distinct for each kind and, for a state of the Cooperation
    Council, each country; versioned, so another form can stand beside it.
    """
    return f"{_MESSAGES[identity.kind]}|{identity.reveal()}".encode("ascii")
