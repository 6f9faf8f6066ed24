"""Who acts for an establishment reads its file: what it is, who acts for it, how many work there, and what it owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.ports import Bills
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.identity import HIDDEN
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.insurance import System
from ishtirak.kernel.scope import Scope
from ishtirak.register.establishments import Establishment
from ishtirak.register.listing import Headcounts
from ishtirak.register.listing_ports import ContributorLists
from ishtirak.register.people import Contributor
from ishtirak.register.ports import Establishments, People
from ishtirak.use_cases.acting import acting_people, require_mandates
from ishtirak.use_cases.employer_systems import systems_of
from ishtirak.use_cases.establishment_dues import EstablishmentDues, establishment_dues

MOST_OFFICERS: Final = 50


@dataclass(frozen=True)
class ActingOfficer:
    """Somebody who acts for the establishment: an id of this establishment alone, and the first of their names."""

    officer_id: str
    masked_name_ar: str
    masked_name_en: str


@dataclass(frozen=True)
class EstablishmentFile:
    """ملف المنشأة, as of now; counts may lag some seconds."""

    establishment: Establishment
    systems: tuple[System, ...]
    officers: tuple[ActingOfficer, ...]
    headcounts: Headcounts
    dues: EstablishmentDues


def read_establishment(
    number: str,
    *,
    by: Caller,
    establishments: Establishments,
    people: People,
    lists: ContributorLists,
    bills: Bills,
    calculator: BillCalculator,
    clock: Clock,
) -> EstablishmentFile:
    """The file of an establishment the caller acts for; `NotFound` for any other."""
    establishment, _ = require_mandates(
        number, by=by, scope=Scope.VIEW, establishments=establishments, clock=clock
    )
    own = establishment.number
    acting = acting_people(own, scope=None, limit=MOST_OFFICERS, establishments=establishments, clock=clock)
    known = people.many(acting)
    return EstablishmentFile(
        establishment=establishment,
        systems=tuple(sorted(systems_of(establishment.sector))),
        officers=_officers([known[each] for each in acting if each in known], establishment),
        headcounts=lists.headcounts(own, on=today(clock)),
        dues=establishment_dues(own, on=today(clock), bills=bills, calculator=calculator),
    )


def _officers(people: Sequence[Contributor], establishment: Establishment) -> tuple[ActingOfficer, ...]:
    return tuple(
        ActingOfficer(
            stable_id("officer", establishment.number.reveal(), each.person_id),
            _first_of(each.name_ar),
            _first_of(each.name_en),
        )
        for each in people
    )


def _first_of(name: str) -> str:
    """The first word of a name; the rest is hidden, however much there is of it."""
    return f"{name.split(maxsplit=1)[0]} {HIDDEN}"
