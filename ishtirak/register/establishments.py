"""Employers the register knows."""

from enum import StrEnum

from pydantic import Field

from ishtirak.kernel.dates import Day
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.value import Id, Value


class EmployerSector(StrEnum):
    """Who employs: a business, a body with its own budget, the state, or its forces."""

    PRIVATE = "PRIVATE"
    SEMI_GOVERNMENT = "SEMI_GOVERNMENT"
    GOVERNMENT = "GOVERNMENT"
    MILITARY = "MILITARY"


class CessationKind(StrEnum):
    """How an employer came to its end: what stops the counting of unpaid months at once (law art. 9)."""

    BANKRUPTCY = "BANKRUPTCY"
    LIQUIDATION = "LIQUIDATION"
    OWNER_DECEASED = "OWNER_DECEASED"


class Cessation(Value):
    """That an employer ceased, and on which day."""

    kind: CessationKind
    on: Day


class Establishment(Value):
    """المنشأة: an employer the register knows; `single_owner` is the person who owns it alone, if any.

    `merged_with` are the other numbers it has since a merger: those it took over, or the one that took it over.
    `ceased` is None while it goes on, as far as the register knows.
    """

    number: EstablishmentNumber
    name_ar: str = Field(min_length=2, max_length=200)
    name_en: str = Field(min_length=2, max_length=200)
    sector: EmployerSector
    single_owner: Id | None = None
    ceased: Cessation | None = None
    merged_with: tuple[EstablishmentNumber, ...] = ()
    registered_at: str
