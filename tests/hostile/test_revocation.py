"""A token somebody else still holds after its person signed out, or after a copied session was noticed."""

import json
from pathlib import Path

import pytest

from local.client import Person
from tests.flows.world import World, later

MOST = 60
"""Seconds after which no token of a person who was signed out is accepted by anything."""
BEGUN = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}


def still_holding(world: World, person: Person) -> Person:
    """Somebody who copied the person's token while it was good."""
    thief = world.person(person.username)
    thief.token = person.token
    return thief


def test_a_token_is_refused_everywhere_soon_after_its_person_signed_out(world: World) -> None:
    owner = world.person("sara").sign_in()
    thief = still_holding(world, owner)
    thief.ask("GET", "/v1/requests").expect(200)
    thief.ask("GET", "/v1/me/periods").expect(200)

    owner.ask("POST", "/v1/sign-in/sign-out", {"session": owner.session}).expect(200)

    with later(MOST):
        thief.ask("GET", "/v1/requests").expect(401, "session_ended")
        thief.ask("POST", "/v1/requests", BEGUN).expect(401, "session_ended")
        thief.ask("GET", "/v1/me/periods").expect(401, "session_ended")
