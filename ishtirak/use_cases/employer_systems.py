"""In which systems an employer may have people, and so see them: its sector decides."""

from collections.abc import Mapping
from typing import Final

from ishtirak.kernel.insurance import System
from ishtirak.register.establishments import EmployerSector

_EMPLOYERS: Final[Mapping[System, frozenset[EmployerSector]]] = {
    System.SOCIAL_INSURANCE: frozenset(EmployerSector),
    System.CIVIL_PENSION: frozenset({EmployerSector.GOVERNMENT, EmployerSector.SEMI_GOVERNMENT}),
    System.MILITARY_PENSION: frozenset({EmployerSector.MILITARY}),
}


def systems_of(sector: EmployerSector) -> frozenset[System]:
    """The systems of an employer of this sector; the pensions are for bodies of the state and for the forces."""
    return frozenset(system for system, sectors in _EMPLOYERS.items() if sector in sectors)
