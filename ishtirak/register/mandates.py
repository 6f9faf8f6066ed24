"""On what ground somebody acts for an establishment, as the register knows it."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from ishtirak.kernel.dates import Day
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.scope import Scope
from ishtirak.kernel.value import Id, Value


class Ground(StrEnum):
    """Whether it comes from the commercial registry or from who may appoint."""

    OWNER = "OWNER"
    DELEGATION = "DELEGATION"


class Mandate(Value):
    """الصفة في تمثيل المنشأة: that a person acts for an establishment, in what, and on which days.

    An owner's has every scope and no days. Whether the establishment itself still stands is not in it.
    """

    person_id: Id
    establishment: EstablishmentNumber
    ground: Ground
    scopes: frozenset[Scope] = Field(min_length=1)
    starts_on: Day | None = None
    ends_on: Day | None = None

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        begun = self.starts_on is None or self.starts_on <= on
        return begun and (self.ends_on is None or on <= self.ends_on)

    def covers(self, scope: Scope | None, *, on: date) -> bool:
        """Whether the person may do this on a day; None: whether they may do anything."""
        return self.in_force(on) and (scope is None or scope in self.scopes)


def owners_mandate(person_id: str, establishment: EstablishmentNumber) -> Mandate:
    """An owner does everything, for as long as they own it."""
    return Mandate(
        person_id=person_id, establishment=establishment, ground=Ground.OWNER, scopes=frozenset(Scope)
    )
