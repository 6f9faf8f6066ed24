"""Changing a password over HTTP: with the current one and a code, once, and every other session is over."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ishtirak.eventlog.verify import verify
from tests.functions.access_world import access_world, answered, logged
from tests.functions.login_world import ANOTHER, CHOSEN, Desk

EVENTS = Path("functions/manage_password/events")
CHANGE = "/v1/me/password"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


def asked_for_code(desk: Desk, person: str) -> dict[str, Any]:
    key = f"key-{desk.clock.now().timestamp()}"
    status, body, _ = desk.call("password", f"{CHANGE}/code", None, person=person, key=key)
    assert status == 202, body
    return body


def changed(desk: Desk, person: str, opened: dict[str, Any], **other: Any) -> tuple[int, dict[str, Any]]:
    typed = {
        "current_password": CHOSEN,
        "password": ANOTHER,
        "kind": "SMS",
        "code": desk.code(opened),
        "challenge_id": opened["challenge_id"],
        **other,
    }
    status, body, _ = desk.call("password", CHANGE, typed, person=person)
    return status, body


def test_the_current_password_and_the_code_change_it_once(desk: Desk) -> None:
    person = desk.signed_up()
    opened = asked_for_code(desk, person)

    first = changed(desk, person, opened)
    again = changed(desk, person, opened, current_password=ANOTHER, password=CHOSEN)

    assert first == (200, {"changed": True})
    assert (again[0], again[1]["code"]) == (401, "code_not_accepted")
    assert desk.password_is(ANOTHER)
    assert desk.happened() == ["LoginReserved", "LoginOpened", "PasswordChanged"]


@pytest.mark.parametrize(
    ("other", "status", "code"),
    [
        ({"current_password": "not this one at all"}, 401, "password_not_accepted"),
        ({"code": "000000"}, 401, "code_not_accepted"),
        ({"password": "short"}, 422, "password_too_short"),
        ({"password": "passwordpassword"}, 422, "password_known"),
        ({"password": "1000000008-majid"}, 422, "password_about_person"),
        ({"challenge_id": None}, 422, "challenge_missing"),
        ({"kind": "RECOVERY"}, 422, "fields_not_accepted"),
        ({"kind": "TOTP"}, 401, "factor_code_not_accepted"),
    ],
)
def test_nothing_is_changed_without_all_of_it(desk: Desk, other: Any, status: int, code: str) -> None:
    person = desk.signed_up()

    refused = changed(desk, person, asked_for_code(desk, person), **other)

    assert (refused[0], refused[1]["code"]) == (status, code)
    assert desk.password_is(CHOSEN)
    assert "PasswordChanged" not in desk.happened()


def test_a_code_of_signing_in_changes_nothing(desk: Desk) -> None:
    person = desk.signed_up()
    _, opened, _ = desk.call("sign_in", "/v1/sign-in", {"username": "majid", "password": CHOSEN})

    status, body = changed(desk, person, opened)

    assert (status, body["code"]) == (401, "code_not_accepted")


def test_somebody_elses_code_changes_nothing(desk: Desk) -> None:
    person = desk.signed_up()
    opened = asked_for_code(desk, person)

    status, _ = changed(desk, "5f0c1a52-0000-4000-8000-00000000000f", opened)

    assert status == 404
    assert desk.password_is(CHOSEN)


def test_a_guessed_current_password_costs_a_code_for_every_three_tries(desk: Desk) -> None:
    person = desk.signed_up()
    opened = asked_for_code(desk, person)

    codes = [
        changed(desk, person, opened, current_password=f"guess number {number} of many")[1]["code"]
        for number in range(4)
    ]

    assert codes == ["password_not_accepted"] * 3 + ["too_many_tries"]


def test_the_chain_of_a_logins_events_is_whole(desk: Desk) -> None:
    from ishtirak.adapters.aws.event_log import event_of
    from ishtirak.adapters.aws.login_table import LoginTable

    person = desk.signed_up()
    changed(desk, person, asked_for_code(desk, person))

    items = [item for item in desk.world.items(desk.world.access) if item.get("kind") == "event"]
    events = sorted(
        (event_of(item) for item in items if item["source"] == "ishtirak.logins"), key=lambda each: each.seq
    )
    assert [event.seq for event in events] == [1, 2, 3]
    login = LoginTable(desk.world.access).find(person)
    assert login is not None
    assert verify(str(login.aggregate), events, standing=login.chain) is None


def test_no_password_is_kept_or_logged(desk: Desk) -> None:
    with logged() as lines:
        person = desk.signed_up()
        changed(desk, person, asked_for_code(desk, person))

    kept = json.dumps(
        [desk.world.items(desk.world.access), desk.world.items(desk.world.register)], default=str
    )
    for secret in (CHOSEN, ANOTHER):
        assert secret not in kept
        assert secret not in lines.getvalue()
    assert '"majid"' not in kept


def test_the_sample_events_are_understood(desk: Desk) -> None:
    for path in sorted(EVENTS.glob("*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        assert answered(desk.apis["password"], event)[0] in (404, 401), path
