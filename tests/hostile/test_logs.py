"""What an operator can see of an attack: each attempt by its code, and nothing of what was sent."""

import json
from typing import Any

from tests.flows.evidence import Canaries
from tests.flows.world import World


def since(world: World, before: str) -> list[dict[str, Any]]:
    """The lines written after what was there before."""
    return [json.loads(line) for line in world.logged()[len(before) :].splitlines() if line]


def answered(world: World, before: str) -> list[tuple[str, int, str]]:
    """Operation, status and code of every answer since."""
    return [
        (line["operation"], line["status"], line["code"])
        for line in since(world, before)
        if line["message"] == "answered"
    ]


def test_a_denied_role_is_logged(world: World) -> None:
    before = world.logged()

    world.holding_a_token("majid").ask("GET", "/v1/reviews?queue=officer").expect(403)

    assert ("read_queue", 403, "not_for_this_role") in answered(world, before)


def test_attempts_to_get_around_a_control_are_logged_by_their_code(world: World) -> None:
    majid = world.holding_a_token("majid")
    before = world.logged()

    majid.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE", "state": "BILLED"})
    majid.ask("GET", "/v1/requests/00000000-0000-4000-8000-00000000dead")
    majid.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}, key="")
    world.person("majid").http.post(f"{majid.url}/v1/qiwa/events", data=b"{}", timeout=30)

    codes = {code for _, status, code in answered(world, before) if status >= 400}
    assert {"fields_not_accepted", "not_found", "signature_refused"} <= codes


def test_every_sign_in_is_logged_with_how_it_ended(world: World) -> None:
    before = world.logged()
    somebody = world.somebody()
    body = {"username": somebody.username, "password": "not the password at all"}
    asked = world.person(somebody.username).ask("POST", "/v1/sign-in", body).expect(202)
    wrong = {"challenge_id": asked.body["challenge_id"], "code": "000000"}
    somebody.ask("POST", "/v1/sign-in/code", wrong).expect(401)

    assert [line[1:] for line in answered(world, before) if line[0] == "complete_sign_in"] == [
        (401, "code_not_accepted")
    ]
    started = [line for line in since(world, before) if line["message"] == "sign_in.started"]
    assert [line["decoy"] for line in started] == [True]
    assert Canaries.of(world).in_text(world.logged()) == []
    assert somebody.username not in world.logged()
