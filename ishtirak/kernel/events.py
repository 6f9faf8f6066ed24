"""The event item: outbox record, audit entry and timeline line in one.

An aggregate's events form a hash chain: `hash` covers everything else, `prev` is the hash of the event before.
An edit, a deletion or a reordering breaks the chain at the first touched entry.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import instant

GENESIS = "0" * 64


@dataclass(frozen=True)
class Chain:
    """Where an aggregate's event chain stands: kept on the aggregate, moved in the same transaction."""

    seq: int = 0
    head: str = GENESIS


@dataclass(frozen=True)
class Event:
    """Something that happened, in the past tense. `data` holds facts and codes, never personal data.

    `subject` is the aggregate's key; `seq` starts at 1 and has no gaps; `actor` is an opaque id or a component name.
    """

    id: str
    type: str
    source: str
    subject: str
    seq: int
    at: str
    actor: str
    data: dict[str, Any] = field(hash=False)
    prev: str
    hash: str


def seal_of(event: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of everything in the event but its own hash."""
    return digest({name: value for name, value in event.items() if name != "hash"})


def happened(
    type: str,
    *,
    source: str,
    subject: str,
    after: Chain,
    at: datetime,
    actor: str,
    data: dict[str, Any] | None = None,
) -> Event:
    """The next event of an aggregate's chain.

    The id is derived from subject and sequence, so building the same event twice (a retry) names one event.
    """
    seq = after.seq + 1
    content: dict[str, Any] = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"ishtirak:{subject}#{seq}")),
        "type": type,
        "source": source,
        "subject": subject,
        "seq": seq,
        "at": instant(at),
        "actor": actor,
        "data": data or {},
        "prev": after.head,
    }
    return Event(**content, hash=seal_of(content))


def chain_after(event: Event) -> Chain:
    """Where the chain stands once the event is appended."""
    return Chain(seq=event.seq, head=event.hash)
