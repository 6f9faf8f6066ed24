"""What an employer sees of the establishments they act for."""

from collections.abc import Iterable

from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.value import Value
from ishtirak.register.establishments import EmployerSector, Establishment


class MyEstablishment(Value):
    """An establishment the caller acts for."""

    number: EstablishmentNumber
    name_ar: str
    name_en: str
    sector: EmployerSector

    @classmethod
    def of(cls, establishment: Establishment) -> "MyEstablishment":
        return cls(
            number=establishment.number,
            name_ar=establishment.name_ar,
            name_en=establishment.name_en,
            sector=establishment.sector,
        )


class MyEstablishments(Value):
    """In the order of their numbers."""

    establishments: tuple[MyEstablishment, ...]

    @classmethod
    def of(cls, found: Iterable[Establishment]) -> "MyEstablishments":
        return cls(establishments=tuple(MyEstablishment.of(establishment) for establishment in found))
