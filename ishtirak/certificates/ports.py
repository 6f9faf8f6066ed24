"""What certificates need from the outside. Writing is handed out as `Items`."""

from datetime import datetime
from typing import Protocol

from ishtirak.certificates.model import Certificate
from ishtirak.eventlog.event import Event
from ishtirak.kernel.transaction import Items


class Certificates(Protocol):
    """Every certificate ever issued."""

    def by_digest(self, digest: str) -> Certificate | None:
        """The certificate whose code has this digest."""

    def save(self, certificate: Certificate, *, digest: str, event: Event) -> Items:
        """The writes of a new certificate, its event, and of what it is found by."""


class Lookups(Protocol):
    """How often certificates were looked up from an address."""

    def spend(self, address: str, *, window: int, most: int, until: datetime) -> bool:
        """Spend one of the `most` lookups of this window before anything is looked at; False when all are spent.

        `address` is a keyed hash. `until` says when the count may be forgotten.
        """
