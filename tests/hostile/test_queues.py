"""What other agencies send holds personal data; no queue and no dead letter ever does, whatever is sent or fails."""

import copy
import hashlib
import itertools
import json
from typing import Any

import pytest

from ishtirak.contracts.model import HoldPlace
from local.simulators.faults import Fault, Mode
from local.simulators.qiwa import AuthenticateOrder
from local.simulators.sender import SentEvent
from tests.flows import evidence
from tests.flows.evidence import Canaries
from tests.flows.world import World
from tests.hostile.effects import no_effect

QUARANTINE = ("QUARANTINE#", "CONTRACT#")


_numbers = itertools.count(900_000_000_001)


def an_event(world: World, *, worker: str = "sara") -> dict[str, Any]:
    """What Qiwa sends of a new contract, not yet sent."""
    number = f"C-{next(_numbers)}"
    order = AuthenticateOrder(worker=worker, establishment="mithal", contract_number=number, deliver=False)
    return copy.deepcopy(world.simulators.qiwa.authenticate(order).document)


def send(world: World, document: Any, name: str) -> int:
    """Signed with Qiwa's live key; the last status it got."""
    return world.simulators.qiwa.deliver(SentEvent(name, document)).statuses[-1]


def without(document: dict[str, Any], *path: str) -> dict[str, Any]:
    *way, last = path
    part = document
    for step in way:
        part = part[step]
    del part[last]
    return document


MALFORMED: dict[str, tuple[str, ...]] = {
    "no wage": ("terms", "wage"),
    "no basic wage": ("terms", "wage", "basic"),
    "no terms": ("terms",),
    "no version": ("version",),
    "no contract number": ("contract_number",),
    "no establishment": ("establishment",),
    "no birth date": ("worker", "birth_date"),
    "no schema": ("schema",),
    "no type": ("type",),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_signed_event_that_lacks_a_field_is_quarantined_encrypted(world: World, what: str) -> None:
    place = list(MALFORMED).index(what)
    document = without(an_event(world), *MALFORMED[what])
    canaries = Canaries.of(world)
    assert canaries.in_text(json.dumps(document, ensure_ascii=False))
    before = len(evidence.quarantined(world))

    with no_effect(world, but=QUARANTINE):
        status = send(world, document, f"msg_lacks_{place}")
        world.quiet()

    assert status == 202
    assert evidence.dead_letters(world) == []
    held = evidence.quarantined(world)
    assert len(held) == before + 1
    assert {one["place"] for one in held} == {HoldPlace.QUARANTINED}
    assert canaries.in_text(json.dumps(held, default=str, ensure_ascii=False)) == []
    assert canaries.in_text(world.logged()) == []


@pytest.mark.parametrize("document", [[], "text", 7, None, {}, {"worker": {"identity_number": "x"}}])
def test_a_signed_message_that_is_no_event_is_quarantined_once(world: World, document: Any) -> None:
    name = f"msg_none_{hashlib.sha256(json.dumps(document).encode()).hexdigest()[:8]}"
    before = len(evidence.quarantined(world))

    statuses = {send(world, document, name) for _ in range(2)}
    world.quiet()

    assert statuses == {202}
    assert evidence.dead_letters(world) == []
    assert len(evidence.quarantined(world)) == before + 1


TRIES = 5


def test_what_waits_in_a_queue_or_ends_as_a_dead_letter_holds_nothing_personal(world: World) -> None:
    """An Absher that does not answer keeps the contract of somebody new waiting, and in the end puts it aside."""
    document = an_event(world, worker="salim")
    world.simulators.absher.faults.add(Fault(mode=Mode.REFUSE, count=None, status=503))
    waiting = []
    try:
        send(world, document, "msg_outage")
        for _ in range(TRIES):
            world.quiet()
            waiting += evidence.queued(world)
            world.cloud.redeliver_soon()
        world.quiet()
    finally:
        world.simulators.absher.faults.clear()

    canaries = Canaries.of(world)
    letters = [letter for letter in evidence.dead_letters(world) if "msg_outage" in letter]
    assert [body for body in waiting if "msg_outage" in body]
    assert letters
    assert canaries.in_any(waiting) == []
    assert canaries.in_any(letters) == []
