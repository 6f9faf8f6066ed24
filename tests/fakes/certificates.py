"""Certificates in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from ishtirak.certificates.model import Certificate
from ishtirak.eventlog.event import Event
from ishtirak.kernel.transaction import Items
from tests.fakes.transaction import Write


@dataclass
class InMemoryCertificates:
    """The `Certificates` port on a dictionary; `events` are what the event log would hold."""

    issued: dict[str, Certificate] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def by_digest(self, digest: str) -> Certificate | None:
        return self.issued.get(digest)

    def save(self, certificate: Certificate, *, digest: str, event: Event) -> Items:
        def apply() -> None:
            self.issued[digest] = certificate
            self.events.append(event)

        return (Write.when(lambda: digest not in self.issued, apply),)


@dataclass
class InMemoryLookups:
    """The `Lookups` port on a dictionary."""

    spent: dict[tuple[str, int], int] = field(default_factory=dict)

    def spend(self, address: str, *, window: int, most: int, until: datetime) -> bool:
        before = self.spent.get((address, window), 0)
        self.spent[(address, window)] = min(before + 1, most)
        return before < most
