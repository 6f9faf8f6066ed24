"""What an employer sees of the register: the establishments they act for, and their contributors."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import Field

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.pagination import NextPage
from ishtirak.edge.views.account import ServicePeriod
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.value import Value
from ishtirak.register.establishments import EmployerSector, Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.use_cases.read_establishments import ContributorsPage


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


class EstablishmentContributor(Value):
    """A contributor and their periods with this establishment; what they have elsewhere is not the
    employer's.
    """

    contributor_id: str = Field(description="Theirs with this establishment alone, the same on every page")
    masked_identity: Annotated[str, FieldGroup.IDENTITY_MASKED] = Field(
        description="The last four digits; the rest is hidden"
    )
    name_ar: Annotated[str, FieldGroup.NAME]
    name_en: Annotated[str, FieldGroup.NAME]
    periods: Annotated[tuple[ServicePeriod, ...], FieldGroup.PERIODS]

    @classmethod
    def of(cls, contributor: Contributor, periods: Sequence[RecordedPeriod]) -> "EstablishmentContributor":
        """The id everybody else knows the contributor by is not told: it is that of their sign-in."""
        number = periods[0].establishment
        return cls(
            contributor_id=stable_id("contributor", number.reveal(), contributor.person_id),
            masked_identity=contributor.masked_identity,
            name_ar=contributor.name_ar,
            name_en=contributor.name_en,
            periods=tuple(ServicePeriod.of(period) for period in periods),
        )


class Contributors(Value):
    """One page of an establishment's periods, by contributor, in the order they were registered."""

    contributors: tuple[EstablishmentContributor, ...]
    next: NextPage

    @classmethod
    def of(cls, found: ContributorsPage) -> "Contributors":
        by_person: dict[str, list[RecordedPeriod]] = {}
        for period in found.periods.items:
            by_person.setdefault(period.person_id, []).append(period)
        return cls(
            contributors=tuple(
                EstablishmentContributor.of(found.people[person_id], periods)
                for person_id, periods in by_person.items()
                if person_id in found.people
            ),
            next=found.periods.next,
        )
