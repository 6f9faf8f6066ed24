"""Whether an aggregate's events are all there, unchanged and in order."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event, event_hash


class Defect(StrEnum):
    """What is wrong at the first entry that cannot be trusted."""

    EDITED = "EDITED"
    """The entry's own hash does not cover what is in it."""
    OTHER_SUBJECT = "OTHER_SUBJECT"
    MISSING = "MISSING"
    """An entry is gone, stands twice or stands elsewhere: the sequence has a gap here."""
    REWRITTEN = "REWRITTEN"
    """The entry does not follow the one before."""
    TRUNCATED = "TRUNCATED"
    """The state says that the chain goes on, or ended otherwise; or there is none."""


@dataclass(frozen=True)
class BrokenChain:
    """The first bad entry of an aggregate's chain."""

    subject: str
    seq: int
    defect: Defect


def verify(subject: str, events: Iterable[Event], *, standing: Chain | None) -> BrokenChain | None:
    """The first bad entry, or None when the events are exactly the chain that `standing`, kept with the state, says.

    `standing` None says that there is no state: only a challenge outlives its own, which the table sweeps away.
    """
    chain = Chain()
    for event in sorted(events, key=lambda event: event.seq):
        defect = _defect(subject, event, chain=chain)
        if defect is not None:
            return BrokenChain(subject=subject, seq=chain.seq + 1, defect=defect)
        chain = Chain.after(event)
    if standing is None and Aggregate.parse(subject).kind is AggregateKind.CHALLENGE:
        return None
    if chain != standing:
        return BrokenChain(subject=subject, seq=chain.seq + 1, defect=Defect.TRUNCATED)
    return None


def _defect(subject: str, event: Event, *, chain: Chain) -> Defect | None:
    if event.seq != chain.seq + 1:
        return Defect.MISSING
    if event.subject != subject:
        return Defect.OTHER_SUBJECT
    if event.hash != event_hash(asdict(event)):
        return Defect.EDITED
    if event.previous_hash != chain.hash:
        return Defect.REWRITTEN
    return None
