"""A person sees and ends their sessions over HTTP; a live token of an ended one is nobody's within a minute."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functions.access_world import access_world, answered, asked
from tests.functions.login_world import CHOSEN, Desk

EVENTS = Path("functions/manage_sessions/events")
SESSIONS = "/v1/me/sessions"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


class Browser:
    """Somebody signed in, with the token the pool gave."""

    def __init__(self, desk: Desk) -> None:
        _, opened, _ = desk.call("sign_in", "/v1/sign-in", {"username": "majid", "password": CHOSEN})
        typed = {"challenge_id": opened["challenge_id"], "code": desk.code(opened)}
        status, body, _ = desk.call("sign_in", "/v1/sign-in/code", typed)
        assert status == 200, body
        self.desk, self.handle = desk, body["session"]
        self.claims = _claims(body["id_token"]) | {"auth_time": int(desk.clock.now().timestamp())}
        desk.clock.pass_seconds(61)

    def ask(self, method: str = "GET", path: str = SESSIONS, key: str | None = None) -> tuple[int, Any]:
        event = asked(path, None, method=method, person="x", key=key)
        event["requestContext"]["authorizer"]["claims"] = {
            **self.claims,
            "cognito:groups": "contributor",
        }
        event["resource"] = path
        status, body, _ = answered(self.desk.apis["sessions"], event)
        return status, body

    def renews(self) -> bool:
        status, _, _ = self.desk.call("sign_in", "/v1/sign-in/refresh", {"session": self.handle})
        return status == 200


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


def test_sessions_are_listed_with_times_and_without_addresses(desk: Desk) -> None:
    desk.signed_up()
    first, second = Browser(desk), Browser(desk)

    status, body = second.ask()

    assert status == 200
    assert [one["current"] for one in body["sessions"]] == [True, False]
    assert {*body["sessions"][0]} == {"id", "started_at", "last_used_at", "ends_at", "current"}
    assert first.ask()[1]["sessions"][1]["current"]


def test_a_renewed_token_is_still_of_its_session(desk: Desk) -> None:
    desk.signed_up()
    browser = Browser(desk)
    _, renewed, _ = desk.call("sign_in", "/v1/sign-in/refresh", {"session": browser.handle})

    assert _claims(renewed["id_token"])["origin_jti"] == browser.claims["origin_jti"]


def test_an_ended_session_is_over_and_the_other_goes_on(desk: Desk) -> None:
    desk.signed_up()
    lost, mine = Browser(desk), Browser(desk)
    (other,) = [one for one in mine.ask()[1]["sessions"] if not one["current"]]

    status, _ = mine.ask("DELETE", f"{SESSIONS}/{other['id']}")
    desk.clock.pass_seconds(31)

    assert status == 200
    assert lost.ask()[0] == 401
    assert not lost.renews()
    assert mine.renews()
    assert [one["current"] for one in mine.ask()[1]["sessions"]] == [True]


def test_all_others_are_ended_and_this_one_goes_on(desk: Desk) -> None:
    desk.signed_up()
    lost, mine = Browser(desk), Browser(desk)

    status, _ = mine.ask("POST", f"{SESSIONS}/others/end", key="one")
    desk.clock.pass_seconds(31)

    assert status == 200
    assert (lost.ask()[0], mine.ask()[0]) == (401, 200)
    assert (lost.renews(), mine.renews()) == (False, True)


def test_a_session_of_somebody_else_is_as_absent(desk: Desk) -> None:
    desk.signed_up()
    mine = Browser(desk)
    session_id = mine.ask()[1]["sessions"][0]["id"]
    stranger = Browser(desk)
    stranger.claims |= {"custom:person_id": "5f0c1a52-0000-4000-8000-00000000000f"}

    theirs = stranger.ask("DELETE", f"{SESSIONS}/{session_id}")
    absent = stranger.ask("DELETE", f"{SESSIONS}/5f0c1a52-0000-4000-8000-00000000000e")

    assert theirs == absent
    assert theirs[0] == 404
    assert mine.renews()


def test_the_sample_events_are_understood(desk: Desk) -> None:
    for path in sorted(EVENTS.glob("*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        assert answered(desk.apis["sessions"], event)[0] in (200, 404), path
