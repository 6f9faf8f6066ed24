"""What adding a contribution period takes, for whoever asks: nobody has to be signed in."""

from dataclasses import dataclass
from typing import Final

from ishtirak.documents.rules import Requirement, required
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.insurance import System
from ishtirak.requests.model import RequestKind
from ishtirak.requests.policy import RequestPolicy, policy_on

_SECTORS: Final = {
    System.SOCIAL_INSURANCE: ("PRIVATE", "GOVERNMENT"),
    System.CIVIL_PENSION: ("GOVERNMENT",),
    System.MILITARY_PENSION: ("GOVERNMENT",),
}


@dataclass(frozen=True)
class ServiceCase:
    """One case of the service and the documents it needs; `sector` as the table of documents names it."""

    system: System
    sector: str
    kind: RequestKind
    documents: tuple[Requirement, ...]


@dataclass(frozen=True)
class Service:
    """The service as in force on the day it is asked about."""

    cases: tuple[ServiceCase, ...]
    policy: RequestPolicy


def read_service(*, clock: Clock) -> Service:
    """Every case with its documents, and the periods and limits."""
    day = today(clock)
    cases = tuple(
        ServiceCase(
            system, sector, kind, required(system, sector=sector, case=kind, facts=frozenset(), on=day)
        )
        for system, sectors in _SECTORS.items()
        for sector in sectors
        for kind in RequestKind
    )
    return Service(cases=cases, policy=policy_on(day))
