"""The proof of no effect sees an effect."""

import pytest

from tests.flows.world import World
from tests.hostile.effects import COUNTERS, no_effect

BEGUN = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}


def test_a_refused_request_has_no_effect(world: World) -> None:
    person = world.somebody()

    with no_effect(world):
        person.ask("POST", "/v1/requests", {**BEGUN, "status": "APPROVED"}).expect(422)


def test_an_effect_is_seen_and_named(world: World) -> None:
    person = world.somebody()

    with pytest.raises(AssertionError, match="request/"), no_effect(world, but=COUNTERS):
        person.ask("POST", "/v1/requests", BEGUN).expect(201)
