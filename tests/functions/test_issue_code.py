"""Asking for the code of a request: bound to its content, to the person, and limited."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.issue_code.handler import build
from functions.issue_code.settings import Settings
from ishtirak.edge.http.api import Api
from ishtirak.requests import rules
from ishtirak.requests.model import Request, RequestChange, signing_digest
from tests.fakes import requests as cases
from tests.fakes.otp import HandClock
from tests.fakes.requests import policy
from tests.functions.access_world import World, access_world, answered, asked

EVENTS = Path("functions/issue_code/events")
PATH = f"/v1/requests/{cases.REQUEST}/code"


class Desk:
    """The function, and one request that is ready for its code."""

    def __init__(self, world: World) -> None:
        from ishtirak.adapters.aws.access_table import AccessTable
        from ishtirak.adapters.aws.request_table import RequestTable
        from ishtirak.adapters.transaction import DynamoTransaction

        self.world = world
        self.clock = HandClock()
        self.transaction = DynamoTransaction()
        self.access = AccessTable(world.access)
        self.requests = RequestTable(world.requests)
        self.api: Api = build(
            Settings(
                requests_table=world.requests,
                access_table=world.access,
                register_table=world.register,
                mac_key_arn=world.mac_key,
            ),
            clock=self.clock,
        )
        self.request = ready()
        self.keep(self.request, replacing=None)

    def keep(self, request: Request, *, replacing: Request | None) -> None:
        self.transaction.commit(self.requests.save(RequestChange(before=replacing, after=request, events=())))

    def ask(
        self, key: str = "key-1", *, person: str = cases.OWNER, body: Any = None, language: str = "ar"
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        return answered(self.api, asked(PATH, body, person=person, key=key, language=language))

    def read(self, challenge_id: str, *, person: str = cases.OWNER) -> tuple[int, dict[str, Any]]:
        event = asked(f"{PATH}/{challenge_id}", method="GET", person=person)
        status, body, _ = answered(self.api, event)
        return status, body

    def codes_requested(self) -> int:
        return sum(item.get("type") == "CodeRequested" for item in self.world.items(self.world.access))


def ready() -> Request:
    """A request that needs no document, with its declaration accepted."""
    version = policy().declaration_version
    data = cases.with_data(required=()).after
    return rules.declare(data, version, by=cases.CONTRIBUTOR, at=cases.NOW, policy=policy()).after


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


def test_a_code_is_bound_to_the_request_as_it_stands(desk: Desk) -> None:
    status, body, headers = desk.ask()

    challenge = desk.access.find(body["challenge_id"])
    assert status == 202
    assert body["resend_after_seconds"] == 60
    assert headers["location"] == f"{PATH}/{body['challenge_id']}"
    assert challenge is not None
    assert challenge.digest == signing_digest(desk.request).for_code
    assert (challenge.subject, challenge.about) == (cases.OWNER, cases.REQUEST)
    assert not challenge.decoy


def test_the_same_key_gives_the_same_code_and_sends_one(desk: Desk) -> None:
    first, again = desk.ask(), desk.ask()

    assert first == again
    assert desk.codes_requested() == 1


def test_another_key_within_a_minute_is_too_soon_and_says_for_how_long(desk: Desk) -> None:
    desk.ask("key-1")
    desk.clock.pass_seconds(18.2)

    status, problem, headers = desk.ask("key-2", language="en")

    assert (status, problem["code"]) == (429, "code_too_soon")
    assert headers["retry-after"] == "42"
    assert "42 s" in problem["detail"]
    assert desk.codes_requested() == 1


def test_a_resend_replaces_the_code(desk: Desk) -> None:
    first = desk.ask("key-1")[1]
    desk.clock.pass_seconds(60)
    second = desk.ask("key-2")[1]

    replaced = desk.access.find(first["challenge_id"])
    assert replaced is not None
    assert replaced.state.value == "REPLACED"
    assert second["challenge_id"] != first["challenge_id"]


def test_the_sixth_code_within_a_quarter_of_an_hour_is_refused(desk: Desk) -> None:
    for number in range(5):
        assert desk.ask(f"key-{number}")[0] == 202
        desk.clock.pass_seconds(60)

    status, problem, headers = desk.ask("key-6")

    assert (status, problem["code"]) == (429, "too_many_codes")
    assert headers["retry-after"] == str(900 - 5 * 60)
    assert desk.codes_requested() == 5


def test_what_is_missing_is_told_before_any_code_is_sent(desk: Desk) -> None:
    undeclared = desk.request.model_copy(update={"declaration": None, "version": desk.request.version + 1})
    desk.keep(undeclared, replacing=desk.request)

    status, problem, _ = desk.ask()

    assert (status, problem["code"]) == (422, "declaration_missing")
    assert desk.codes_requested() == 0


def test_somebody_elses_request_is_not_there(desk: Desk) -> None:
    status, problem, _ = desk.ask(person=cases.STRANGER.person_id)

    assert (status, problem["code"]) == (404, "not_found")
    assert desk.codes_requested() == 0


def test_no_phone_can_be_given(desk: Desk) -> None:
    status, problem, _ = desk.ask(body={"phone": "+966500000017"})

    assert status == 422
    assert [error["pointer"] for error in problem["errors"]] == ["/phone"]
    assert desk.codes_requested() == 0


@pytest.mark.parametrize("body", [None, {}])
def test_a_body_may_be_left_out(desk: Desk, body: Any) -> None:
    assert desk.ask(body=body)[0] == 202


@pytest.mark.parametrize("body", [b"[", b'{"a":1,"a":1}', b"\xff"])
def test_a_body_that_is_no_json_is_refused(desk: Desk, body: bytes) -> None:
    assert desk.ask(body=body)[0] == 400


def test_how_far_a_code_is_on_its_way_is_read_by_who_asked_for_it(desk: Desk) -> None:
    challenge_id = desk.ask()[1]["challenge_id"]

    before = desk.read(challenge_id)
    desk.access.record_sent(challenge_id, masked_mobile="••••017")
    after = desk.read(challenge_id)

    assert before[0] == after[0] == 200
    assert (before[1]["dispatch"], before[1]["masked_mobile"]) == ("PENDING", None)
    assert (after[1]["dispatch"], after[1]["masked_mobile"]) == ("SENT", "••••017")
    assert after[1].keys() == {
        "challenge_id",
        "dispatch",
        "try_again_at",
        "masked_mobile",
        "expires_at",
    }


def test_a_code_of_somebody_else_or_of_another_request_is_not_there(desk: Desk) -> None:
    challenge_id = desk.ask()[1]["challenge_id"]
    other_path = f"/v1/requests/{cases.OTHER_REQUEST}/code/{challenge_id}"

    strangers = desk.read(challenge_id, person=cases.STRANGER.person_id)
    absent = desk.read("00000000-0000-4000-8000-00000000000f")
    elsewhere = answered(desk.api, asked(other_path, method="GET", person=cases.OWNER))

    assert strangers == absent == elsewhere[:2]
    assert absent[0] == 404


def test_an_edit_after_the_code_changes_what_it_would_have_to_be_for(desk: Desk) -> None:
    body = desk.ask()[1]
    data = cases.period_data(reason="سبب آخر لعدم التسجيل")
    edited = desk.request.model_copy(update={"data": data, "version": desk.request.version + 1})

    challenge = desk.access.find(body["challenge_id"])

    assert challenge is not None
    assert challenge.digest != signing_digest(edited).for_code
    assert replace(challenge, digest=signing_digest(edited).for_code) != challenge


@pytest.mark.parametrize("file", sorted(path.name for path in EVENTS.glob("*.json")))
def test_the_sample_events_are_answered(desk: Desk, file: str) -> None:
    event = json.loads((EVENTS / file).read_text(encoding="utf-8"))

    status, body, _ = answered(desk.api, event)

    assert (status, body["code"]) == (404, "not_found")
