"""The in-memory fake of the feed of residents' service dates, held to the port's shared suite, and a service."""

from collections.abc import Sequence
from typing import Any

from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber
from ishtirak.register.service_dates import JoiningReason, ServiceDates


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
