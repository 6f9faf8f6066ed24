"""A token somebody else still holds after its person signed out, or after a copied session was noticed."""

import json
import re
from pathlib import Path
from typing import Any

from infra.openapi import operations
from ishtirak.sessions.policy import policies
from local.client import Person
from tests.flows.world import World, later
from tests.hostile.effects import no_effect

ROOT = Path(__file__).parents[2]
MOST = 60
"""Seconds after which no token of a person who was signed out is accepted by anything."""
BEGUN = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}
ABSENT = "00000000-0000-4000-8000-00000000dead"


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
        thief.ask("GET", "/v1/me/periods").expect(401, "session_ended")
        with no_effect(world, but=("IDEMPOTENCY#",)):
            thief.ask("POST", "/v1/requests", BEGUN).expect(401, "session_ended")


def test_every_process_learns_of_it_within_a_minute() -> None:
    assert all(entry.value.revocation_learnt_within_seconds <= MOST // 2 for entry in policies().entries)


def signed_in_operations() -> list[tuple[str, str]]:
    """Every operation only signed-in people may ask for, with ids filled in."""
    document: Any = json.loads((ROOT / "docs" / "reference" / "openapi.json").read_text("utf-8"))
    return [
        (verb.upper(), re.sub(r"\{[^}]+\}", ABSENT, path))
        for path, verb, operation in operations(document)
        if operation.get("security") != []
    ]


def test_no_operation_forgets_to_ask(world: World) -> None:
    """A process that never saw the person has nothing to remember, and refuses at once."""
    owner = world.person("huda").sign_in()
    owner.ask("POST", "/v1/sign-in/sign-out", {"session": owner.session}).expect(200)
    world.as_after_a_cold_start()

    answers = {
        f"{verb} {path}": owner.ask(verb, path, {} if verb in ("POST", "PUT") else None, etag='"1"')
        for verb, path in signed_in_operations()
    }

    assert len(answers) >= 30
    assert {
        operation: (answer.status, answer.body)
        for operation, answer in answers.items()
        if (answer.status, answer.body.get("code")) != (401, "session_ended")
    } == {}


def test_a_copied_handle_ends_the_tokens_of_both_who_hold_one(world: World) -> None:
    owner = world.person("noura").sign_in()
    copied = owner.session
    renewed = owner.ask("POST", "/v1/sign-in/refresh", {"session": copied}).expect(200).body
    owner.token = renewed["id_token"]
    owner.ask("GET", "/v1/requests").expect(200)

    with later(MOST):
        owner.ask("POST", "/v1/sign-in/refresh", {"session": copied}).expect(401, "session_ended")
    with later(2 * MOST):
        owner.ask("GET", "/v1/requests").expect(401, "session_ended")
        owner.ask("POST", "/v1/sign-in/refresh", {"session": renewed["session"]}).expect(401)


def test_signing_in_again_is_not_touched_by_having_signed_out_before(world: World) -> None:
    owner = world.person("reem").sign_in()
    owner.ask("POST", "/v1/sign-in/sign-out", {"session": owner.session}).expect(200)

    with later(MOST + 1):
        owner.token = None
        owner.sign_in().ask("GET", "/v1/requests").expect(200)


def test_another_device_of_the_person_is_signed_out_as_well(world: World) -> None:
    phone = world.person("turki").sign_in()
    with later(MOST + 1):
        laptop = world.person("turki").sign_in()
        phone.ask("POST", "/v1/sign-in/sign-out", {"session": phone.session}).expect(200)
        laptop.ask("POST", "/v1/sign-in/refresh", {"session": laptop.session}).expect(401, "session_ended")
    with later(2 * MOST + 1):
        laptop.ask("GET", "/v1/requests").expect(401, "session_ended")
