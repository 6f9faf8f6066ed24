"""Establishments in memory, and who acts for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ishtirak.delegations.model import DelegationState
from ishtirak.eventlog.event import Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items
from ishtirak.register.establishments import Establishment
from ishtirak.register.mandates import Ground, Mandate, owners_mandate
from tests.fakes.delegations import InMemoryDelegations
from tests.fakes.transaction import Write


@dataclass
class InMemoryEstablishments:
    """The `Establishments` port on dictionaries."""

    employers: dict[str, Establishment] = field(default_factory=dict)
    delegations: InMemoryDelegations = field(default_factory=InMemoryDelegations)
    events: list[Event] = field(default_factory=list)

    def find(self, number: EstablishmentNumber) -> Establishment | None:
        return self.employers.get(number.reveal())

    def many(self, numbers: Iterable[EstablishmentNumber]) -> Mapping[EstablishmentNumber, Establishment]:
        found = [self.employers.get(number.reveal()) for number in set(numbers)]
        return {establishment.number: establishment for establishment in found if establishment is not None}

    def mandates_of(self, person_id: str) -> Sequence[Mandate]:
        return sorted(
            (each for each in self._mandates() if each.person_id == person_id),
            key=lambda each: each.establishment.reveal(),
        )

    def mandates_for(self, number: EstablishmentNumber) -> Iterator[Mandate]:
        found = (each for each in self._mandates() if each.establishment == number)
        return iter(sorted(found, key=lambda each: each.person_id))

    def save(
        self, establishment: Establishment, *, before: Establishment | None = None, event: Event | None = None
    ) -> Items:
        number = establishment.number.reveal()

        def apply() -> None:
            self.employers[number] = establishment
            self.events.extend([event] if event else [])

        return (Write.when(lambda: self.employers.get(number) == before, apply),)

    def _mandates(self) -> Iterator[Mandate]:
        for establishment in self.employers.values():
            for person_id in establishment.proprietors:
                yield owners_mandate(person_id, establishment.number)
        for delegation in self.delegations.kept.values():
            if delegation.state is DelegationState.ACCEPTED:
                yield Mandate(
                    person_id=delegation.person_id,
                    establishment=delegation.establishment,
                    ground=Ground.DELEGATION,
                    scopes=delegation.terms.scopes,
                    starts_on=delegation.terms.starts_on,
                    ends_on=delegation.terms.ends_on,
                )
