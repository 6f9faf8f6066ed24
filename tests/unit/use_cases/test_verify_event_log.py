"""Verifying the event log: every chain is looked at, and every one that does not hold is named."""

from dataclasses import dataclass, replace

from ishtirak.eventlog.event import Chain, Event
from ishtirak.eventlog.verify import BrokenChain, Defect
from ishtirak.use_cases.verify_event_log import Verification, verify_event_log
from tests.unit.eventlog.chains import ONE, OTHER, a_chain, standing


@dataclass
class InMemoryEventLog:
    """The `EventLog` port on a list."""

    kept: list[tuple[str, list[Event], Chain]]

    def chains(self) -> list[tuple[str, list[Event], Chain]]:
        return self.kept


def test_an_empty_log_holds() -> None:
    assert verify_event_log(log=InMemoryEventLog([])) == Verification(chains=0, events=0, broken=())


def test_a_log_that_nobody_touched_holds() -> None:
    first, second = a_chain(5), a_chain(2, aggregate=OTHER)
    log = InMemoryEventLog([(str(ONE), first, standing(first)), (str(OTHER), second, standing(second))])

    assert verify_event_log(log=log) == Verification(chains=2, events=7, broken=())


def test_one_bad_chain_does_not_end_the_walk() -> None:
    first, second = a_chain(5), a_chain(2, aggregate=OTHER)
    edited = [*first[:1], replace(first[1], actor="other"), *first[2:]]
    log = InMemoryEventLog([(str(ONE), edited, standing(first)), (str(OTHER), second[:1], standing(second))])

    verification = verify_event_log(log=log)

    assert (verification.chains, verification.events) == (2, 6)
    assert verification.broken == (
        BrokenChain(subject=str(ONE), seq=2, defect=Defect.EDITED),
        BrokenChain(subject=str(OTHER), seq=2, defect=Defect.TRUNCATED),
    )
