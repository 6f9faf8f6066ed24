"""The event: outbox record, audit entry and timeline line in one.

An aggregate's events form a hash chain: `hash` covers everything else, `previous_hash` is the hash of the event
before. An edit, a deletion or a reordering breaks the chain at the first touched entry.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from ishtirak.eventlog.aggregate import Aggregate
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import to_rfc3339

GENESIS = "0" * 64
"""The `previous_hash` of an aggregate's first event."""


@dataclass(frozen=True)
class Chain:
    """Where an aggregate's event chain stands: kept with its state, moved in the same transaction."""

    seq: int = 0
    hash: str = GENESIS

    @classmethod
    def after(cls, event: "Event") -> "Chain":
        """Where it stands once the event is appended."""
        return cls(seq=event.seq, hash=event.hash)


@dataclass(frozen=True)
class Event:
    """Something that happened, in the past tense. `data` holds facts and codes, never personal data.

    `subject` is the aggregate's; `seq` starts at 1 and has no gaps; `actor` is an opaque id or a component name; `at`
    is RFC 3339 in UTC.
    """

    id: str
    type: str
    source: str
    subject: str
    seq: int
    at: str
    actor: str
    data: dict[str, Any] = field(hash=False)
    previous_hash: str
    hash: str


class PublishedEvent(BaseModel):
    """An event as a listener on the bus gets it. Its id distinguishes a second delivery from a second event."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    type: str
    subject: str
    seq: int
    at: str
    actor: str
    data: dict[str, Any]

    @property
    def aggregate(self) -> Aggregate:
        return Aggregate.parse(self.subject)


def event_hash(event: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of everything in the event but its own hash."""
    return digest({name: value for name, value in event.items() if name != "hash"})


def next_event(
    type: str,
    *,
    source: str,
    aggregate: Aggregate,
    chain: Chain,
    at: datetime,
    actor: str,
    data: dict[str, Any] | None = None,
) -> Event:
    """The event that follows where the aggregate's chain stands.

    The id is derived from subject and sequence, so building the same event twice (a retry) names one event.
    """
    seq = chain.seq + 1
    content: dict[str, Any] = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"ishtirak:{aggregate}#{seq}")),
        "type": type,
        "source": source,
        "subject": str(aggregate),
        "seq": seq,
        "at": to_rfc3339(at),
        "actor": actor,
        "data": data or {},
        "previous_hash": chain.hash,
    }
    return Event(**content, hash=event_hash(content))
