"""Delegations in memory, and the ones tests begin with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from ishtirak.delegations.model import (
    Delegation,
    DelegationChange,
    DelegationState,
    PendingOffer,
    Terms,
    delegation_id,
)
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.scope import Scope
from ishtirak.kernel.transaction import Items
from tests.fakes.transaction import Write

APPOINTER = "00000000-0000-4000-8000-000000000900"
LONG_AGO = datetime(2024, 7, 3, 9, 0, tzinfo=UTC)


@dataclass
class InMemoryDelegations:
    """The `Delegations` port on a dictionary."""

    kept: dict[str, Delegation] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def find(self, delegation_id: str) -> Delegation | None:
        return self.kept.get(delegation_id)

    def of_person(self, person_id: str) -> Sequence[Delegation]:
        found = [each for each in self.kept.values() if each.person_id == person_id]
        return sorted(found, key=lambda each: each.establishment.reveal())

    def of_establishment(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Delegation]:
        found = [
            each
            for each in self.kept.values()
            if each.establishment == number and (after is None or each.id > after)
        ]
        return sorted(found, key=lambda each: each.id)[:limit]

    def save(self, change: DelegationChange) -> Items:
        def holds() -> bool:
            return self.kept.get(change.after.id) == change.before

        def apply() -> None:
            self.kept[change.after.id] = change.after
            self.events.append(change.event)

        return (Write.when(holds, apply),)

    def history(self, delegation_id: str) -> Sequence[Event]:
        return [event for event in self.events if event.subject == f"delegation/{delegation_id}"]


@dataclass
class InMemoryPendingOffers:
    """The `PendingOffers` port on a dictionary."""

    kept: dict[str, PendingOffer] = field(default_factory=dict)

    def begin(self, offer: PendingOffer) -> Items:
        key = offer.challenge_id
        return (Write.when(lambda: key not in self.kept, lambda: self.kept.update({key: offer})),)

    def find(self, challenge_id: str) -> PendingOffer | None:
        return self.kept.get(challenge_id)


def terms(*scopes: Scope, starts_on: date = date(2024, 7, 3), ends_on: date | None = None) -> Terms:
    """These scopes, every one where none is named, from long ago on."""
    return Terms(scopes=frozenset(scopes or Scope), starts_on=starts_on, ends_on=ends_on)


def a_delegation(person_id: str, number: EstablishmentNumber, **facts: Any) -> Delegation:
    """An accepted one of every scope, that stands as if it always had."""
    values: dict[str, Any] = {
        "id": delegation_id(number, person_id),
        "establishment": number,
        "person_id": person_id,
        "terms": terms(),
        "state": DelegationState.ACCEPTED,
        "offered_by": APPOINTER,
        "offered_at": LONG_AGO,
        "open_until": LONG_AGO,
        "chain": Chain(),
    }
    return Delegation(**(values | facts))
