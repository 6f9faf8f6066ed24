"""The commercial registry and how far it was applied, in memory; and what its entries look like."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ishtirak.eventlog.event import Event
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.transaction import Items
from ishtirak.register.registry import FeedState, RegistryChange, RegistryEntry
from tests.fakes.transaction import Write


@dataclass
class InMemoryRegistry:
    """The `CommercialRegistry` port on a list; `down` makes it unavailable."""

    entries: list[RegistryChange | None] = field(default_factory=list)
    down: bool = False

    def changes(self, *, after: int, limit: int) -> Sequence[RegistryEntry]:
        if self.down:
            raise Unavailable()
        found = list(enumerate(self.entries, start=1))[after : after + limit]
        return [RegistryEntry(position, change) for position, change in found]


@dataclass
class InMemoryFeed:
    """The `RegistryFeed` port on one value."""

    kept: FeedState = field(default_factory=FeedState)
    events: list[Event] = field(default_factory=list)

    def state(self) -> FeedState:
        return self.kept

    def save(self, state: FeedState, *, before: FeedState, event: Event | None = None) -> Items:
        def apply() -> None:
            self.kept = state
            self.events.extend([event] if event else [])

        return (Write.when(lambda: self.kept.position == before.position, apply),)


@dataclass
class PutAside:
    """The `EntriesPutAside` port on a list."""

    shown: list[int] = field(default_factory=list)

    def show(self, count: int) -> None:
        self.shown.append(count)


def a_change(number: str = "7000000001", *owners: tuple[str, str], **facts: Any) -> RegistryChange:
    """An active company; owners by number and birth date."""
    values: dict[str, Any] = {
        "unified_number": number,
        "name_ar": "شركة المثال",
        "name_en": "Al-Mithal",
        "sector": "PRIVATE",
        "legal_form": "COMPANY",
        "status": "ACTIVE",
        "since": "2024-07-03",
        "owners": [{"identity_number": one, "birth_date": born} for one, born in owners],
    }
    return RegistryChange.model_validate(values | facts)
