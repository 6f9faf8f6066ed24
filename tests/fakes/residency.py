"""The in-memory fake of the feed of residents' service dates, held to the port's shared suite, and a service."""

from collections.abc import Sequence
from typing import Any

from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber, person_number
from ishtirak.register.people import Contributor, identity_encryption_context
from ishtirak.register.ports import Residency
from ishtirak.register.service_dates import JoiningReason, ServiceDates
from ishtirak.use_cases.authority_dates import AuthorityDates
from tests.fakes.register import PERSON, a_contributor
from tests.fakes.sessions import PlainEncryption

RESIDENT = "2000000014"


class InMemoryResidency:
    """Knows the services it was given. `down = True` makes it unavailable; `asked` is who it was asked about."""

    def __init__(self) -> None:
        self._services: dict[tuple[PersonNumber, EstablishmentNumber], tuple[ServiceDates, ...]] = {}
        self.asked: list[PersonNumber] = []
        self.down = False

    def report(
        self, identity: PersonNumber, establishment: EstablishmentNumber, *services: ServiceDates
    ) -> None:
        """Hold these services, in order, and no others of that person with that employer."""
        self._services[identity, establishment] = services

    def services(self, identity: PersonNumber, establishment: EstablishmentNumber) -> Sequence[ServiceDates]:
        self.asked.append(identity)
        if self.down:
            raise Unavailable(agency="jawazat", reason="down")
        return self._services.get((identity, establishment), ())


def a_service(starts_on: str = "2026-10-05", **facts: Any) -> ServiceDates:
    values: dict[str, Any] = {"starts_on": starts_on, "started_by": JoiningReason.ENTRY}
    return ServiceDates(**(values | facts))


def a_resident(person_id: str = PERSON, *, number: str = RESIDENT, **facts: Any) -> Contributor:
    """A contributor whose dates the authority reports, their number encrypted as `authority_dates` reads it."""
    identity = person_number(number)
    encrypted = PlainEncryption().encrypt(identity.reveal(), identity_encryption_context(person_id))
    values: dict[str, Any] = {"country": "PH", "kind": identity.kind, "encrypted_identity": encrypted}
    return a_contributor(person_id, **(values | facts))


def authority_dates(residency: Residency | None = None) -> AuthorityDates:
    """The feed, empty where none is given."""
    return AuthorityDates(residency or InMemoryResidency(), PlainEncryption())
