"""The synthetic people and establishments of the local cloud, read from `local/people.json`."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import BorderNumber, EstablishmentNumber, Mobile, PersonNumber
from ishtirak.kernel.insurance import Nationality
from ishtirak.register.establishments import Cessation
from ishtirak.register.service_dates import JoiningReason, LeavingReason, ServiceDates

FILE = Path(__file__).parents[1] / "people.json"


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Employment(Entry):
    """A period already recorded before the story begins; `ends_on` None is a current one."""

    system: Literal["SOCIAL_INSURANCE", "CIVIL_PENSION", "MILITARY_PENSION"]
    establishment: EstablishmentNumber
    starts_on: date
    ends_on: date | None
    monthly_wage: int = Field(gt=0)


class ResidentService(Entry):
    """A resident's service with an employer, as the interior authority reports it."""

    establishment: EstablishmentNumber
    starts_on: date
    started_by: JoiningReason
    ends_on: date | None = None
    ended_by: LeavingReason | None = None

    @property
    def dates(self) -> ServiceDates:
        return ServiceDates(
            starts_on=self.starts_on,
            started_by=self.started_by,
            ends_on=self.ends_on,
            ended_by=self.ended_by,
        )


class SyntheticPerson(Entry):
    """`border_number` is the one a resident entered with; it stands alone where no iqama was issued yet."""

    key: str
    person_id: str
    identity_number: PersonNumber
    border_number: BorderNumber | None = None
    name_ar: str
    name_en: str
    birth_date: CivilDate
    nationality: str = Field(pattern="^[A-Z]{2}$")
    premium_residency: bool = False
    sex: Literal["FEMALE", "MALE"]
    mobile: Mobile | None
    story_ar: str
    story: str
    history: tuple[Employment, ...] = ()
    services: tuple[ResidentService, ...] = ()

    @property
    def is_resident(self) -> bool:
        return Nationality.of(self.nationality) is Nationality.NON_SAUDI


class SyntheticEstablishment(Entry):
    key: str
    unified_number: EstablishmentNumber
    kind: Literal["PRIVATE_LLC", "SINGLE_OWNER", "GOVERNMENT", "MILITARY"]
    name_ar: str
    name_en: str
    owner: str | None = None
    ceased: Cessation | None = None


class SignIn(Entry):
    """A name to sign in with. The password opens nothing but a local cloud."""

    username: str
    password: str
    person: str
    roles: frozenset[Literal["contributor", "officer", "supervisor"]]
    acts_for: tuple[str, ...] = ()


class Roster(Entry):
    note: str
    people: tuple[SyntheticPerson, ...]
    establishments: tuple[SyntheticEstablishment, ...]
    sign_ins: tuple[SignIn, ...]

    def person(self, key: str) -> SyntheticPerson:
        """A person by key or by identity number; `KeyError` when there is nobody."""
        return _only(person for person in self.people if key in (person.key, person.identity_number.reveal()))

    def establishment(self, key: str) -> SyntheticEstablishment:
        """An establishment by key or by unified number; `KeyError` when there is none."""
        return _only(
            establishment
            for establishment in self.establishments
            if key in (establishment.key, establishment.unified_number.reveal())
        )


@cache
def roster() -> Roster:
    """Everybody, read once."""
    return Roster.model_validate_json(FILE.read_bytes())


def _only[Found](found: Iterator[Found]) -> Found:
    for one in found:
        return one
    raise KeyError("nobody by that name")
