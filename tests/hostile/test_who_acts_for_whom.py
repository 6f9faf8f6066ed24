"""On a token issued before: what a delegation, an office or an establishment opened is closed once it ends."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from ishtirak.adapters.aws.official_table import OfficialTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.kernel.clock import RIYADH
from ishtirak.officials.first import appoint_first
from local.client import Person, eventually
from tests.flows.world import World, later
from tests.hostile.effects import COUNTERS, no_effect

LLC = "7000000001"
OFFICES = f"/v1/employer/establishments/{LLC}/delegations"
CONTRIBUTORS = f"/v1/employer/establishments/{LLC}/contributors"
PAUSE = 61


def wish(world: World, person: Person, **changed: Any) -> dict[str, Any]:
    who = world.who(person.username)
    return {
        "identity_number": who.identity_number.reveal(),
        "birth_date": who.birth_date.written_parts(),
        "scopes": ["VIEW"],
        "starts_on": datetime.now(RIYADH).date().isoformat(),
    } | changed


_CODES = count(1)
"""Each code is asked for a pause after the one before."""


def offered(world: World, noura: Person, person: Person) -> str:
    with later(PAUSE * next(_CODES)):
        seen = len(noura.phone())
        begun = noura.ask("POST", f"{OFFICES}/offers", wish(world, person)).expect(202).body
        code = noura.code_after(seen)
        body = {"challenge_id": begun["challenge_id"], "code": code}
        made = noura.ask("POST", OFFICES, body).expect(201).body
    return str(made["delegation_id"])


def accepted(world: World, noura: Person, person: Person) -> str:
    delegation = offered(world, noura, person)
    person.ask("POST", f"/v1/me/delegations/{delegation}/acceptance").expect(200)
    return delegation


def test_a_delegation_opens_and_its_revocation_closes_on_the_same_token(world: World) -> None:
    noura, person = world.signed_in("noura"), world.somebody()
    person.ask("GET", CONTRIBUTORS).expect(404)
    delegation = accepted(world, noura, person)
    person.ask("GET", CONTRIBUTORS).expect(200)

    noura.ask("POST", f"{OFFICES}/{delegation}/revocation").expect(200)

    with no_effect(world, but=COUNTERS):
        closed = person.ask("GET", CONTRIBUTORS).expect(404).body
        absent = person.ask("GET", "/v1/employer/establishments/7000000009/contributors").expect(404).body
        person.ask("GET", OFFICES).expect(404)
        person.ask("POST", f"/v1/me/delegations/{delegation}/acceptance").expect(409, "offer_not_open")
    assert person.ask("GET", "/v1/establishments").expect(200).body == {"establishments": []}
    for body in (closed, absent):
        del body["trace_id"]
    assert closed == absent


def test_an_officer_of_another_establishment_appoints_and_revokes_nobody(world: World) -> None:
    noura, badr, person = world.signed_in("noura"), world.signed_in("badr"), world.somebody()
    delegation = accepted(world, noura, person)

    with no_effect(world, but=COUNTERS):
        badr.ask("POST", f"{OFFICES}/offers", wish(world, person)).expect(404)
        badr.ask("GET", OFFICES).expect(404)
        badr.ask("POST", f"{OFFICES}/{delegation}/revocation").expect(404)
        theirs = OFFICES.replace(LLC, "7000000005")
        badr.ask("POST", f"{theirs}/{delegation}/revocation").expect(404)
        person.ask("POST", f"{OFFICES}/offers", wish(world, badr)).expect(404)
    person.ask("GET", CONTRIBUTORS).expect(200)


@pytest.mark.parametrize(
    "changed",
    [
        {"birth_date": {"calendar": "HIJRI", "year": 1420, "month": 13, "day": 1}},
        {"birth_date": {"calendar": "HIJRI", "year": 1420, "month": 2, "day": 31}},
        {"identity_number": "noura"},
        {"scopes": []},
        {"scopes": ["OWNER"]},
        {"ends_on": "2020-01-01"},
        {"person_id": "00000000-0000-4000-8000-000000000001"},
    ],
    ids=["no such month", "no such day", "a username", "no scope", "an invented scope", "over", "an id"],
)
def test_an_offer_that_makes_no_sense_spends_no_try(world: World, changed: dict[str, Any]) -> None:
    noura, person = world.signed_in("noura"), world.somebody()

    with no_effect(world):
        noura.ask("POST", f"{OFFICES}/offers", wish(world, person, **changed)).expect(422)


def test_for_what_is_struck_off_nobody_acts_on_a_token_issued_before(world: World) -> None:
    reem, registry = world.signed_in("reem"), world.simulators.commercial_registry
    body = "7000000003"
    reem.ask("GET", f"/v1/employer/establishments/{body}/contributors").expect(200)
    entered = registry.latest(body)

    registry.publish({**entered, "status": "STRUCK_OFF", "since": "2026-11-01"})
    world.cloud.fire("RegistryFeed")

    eventually(lambda: seen(reem, body) == 404 or None, "nobody to act for it")
    numbers = [
        one["number"] for one in reem.ask("GET", "/v1/establishments").expect(200).body["establishments"]
    ]
    assert body not in numbers
    registry.publish(entered)
    world.cloud.fire("RegistryFeed")
    eventually(lambda: seen(reem, body) == 200 or None, "it to be represented again")


def seen(person: Person, number: str) -> int:
    """The status of a list of the establishment."""
    return int(person.ask("GET", f"/v1/employer/establishments/{number}/contributors").status)


def test_a_disabled_official_holds_a_token_that_opens_nothing_of_the_authority(world: World) -> None:
    first, second, official = (world.somebody() for _ in range(3))
    table = OfficialTable(world.cloud.outputs["RegisterTable"], access=world.cloud.outputs["AccessTable"])
    for each in (first, second):
        person_id = world.who(each.username).person_id
        change = appoint_first(person_id, by="operator/test", at=datetime.now(UTC))
        DynamoTransaction().commit(table.save(change))
    official.ask("GET", "/v1/reviews").expect(403)
    with later(PAUSE):
        path = invited_by(world, first, official)
        seen = len(second.phone())
        asked = second.ask("POST", f"{path}/confirmation/code").expect(202).body
        code = second.code_after(seen)
        answer = {"challenge_id": asked["challenge_id"], "code": code}
        first.ask("POST", f"{path}/confirmation", answer).expect(401, "code_not_accepted")
        second.ask("POST", f"{path}/confirmation", answer).expect(200)
        official.ask("POST", "/v1/me/invitation/acceptance").expect(200)
    with later(2 * PAUSE):
        official.ask("GET", "/v1/reviews").expect(200)

        second.ask("POST", f"{path}/disabling").expect(200)
    with later(4 * PAUSE):
        official.ask("GET", "/v1/reviews").expect(401)


def invited_by(world: World, administrator: Person, person: Person) -> str:
    who = world.who(person.username)
    body: dict[str, Any] = {
        "identity_number": who.identity_number.reveal(),
        "birth_date": who.birth_date.written_parts(),
        "role": "officer",
    }
    seen = len(administrator.phone())
    begun = administrator.ask("POST", "/v1/officials/invitations", body).expect(202).body
    entered = {"challenge_id": begun["challenge_id"], "code": administrator.code_after(seen)}
    made = administrator.ask("POST", "/v1/officials", entered).expect(201).body
    return f"/v1/officials/{made['official_id']}"
