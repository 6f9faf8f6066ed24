"""Verifying the whole event log: every aggregate's chain against what its state says of it."""

from dataclasses import dataclass

from ishtirak.eventlog.ports import EventLog
from ishtirak.eventlog.verify import BrokenChain, verify


@dataclass(frozen=True)
class Verification:
    """How much was looked at, and the first bad entry of every chain that does not hold."""

    chains: int
    events: int
    broken: tuple[BrokenChain, ...]


def verify_event_log(*, log: EventLog) -> Verification:
    """Walk every chain of the log; nothing is written and no bad chain ends the walk."""
    chains = events = 0
    broken = []
    for subject, found, standing in log.chains():
        chains += 1
        events += len(found)
        defect = verify(subject, found, standing=standing)
        if defect is not None:
            broken.append(defect)
    return Verification(chains=chains, events=events, broken=tuple(broken))
