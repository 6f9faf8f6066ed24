"""Employers the register knows."""

from enum import StrEnum

from pydantic import Field

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain
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
    `ceased` is None while it goes on, as far as the register knows. `owners` are those the commercial registry names,
    `struck_off_on` the day it took the establishment off: from then on nobody acts for it.
    """

    number: EstablishmentNumber
    name_ar: str = Field(min_length=2, max_length=200)
    name_en: str = Field(min_length=2, max_length=200)
    sector: EmployerSector
    single_owner: Id | None = None
    owners: tuple[Id, ...] = ()
    ceased: Cessation | None = None
    merged_with: tuple[EstablishmentNumber, ...] = ()
    struck_off_on: Day | None = None
    registry_position: int = Field(default=0, ge=0)
    """That of the commercial registry's last change that was applied to it; 0 where none was."""
    registered_at: str
    chain: Chain = Field(default=Chain(), repr=False)
    """Of its events. One that never changed by an event is at the beginning of it."""

    @property
    def aggregate(self) -> Aggregate:
        return establishment_aggregate(self.number)

    @property
    def is_represented(self) -> bool:
        """Whether anybody may act for it."""
        return self.struck_off_on is None

    @property
    def proprietors(self) -> frozenset[str]:
        """Everybody the register knows to own it, alone or with others."""
        return frozenset(self.owners) | ({self.single_owner} if self.single_owner else frozenset())


def establishment_aggregate(number: EstablishmentNumber) -> Aggregate:
    """What the events of an establishment are about."""
    return Aggregate(AggregateKind.ESTABLISHMENT, number.reveal())
