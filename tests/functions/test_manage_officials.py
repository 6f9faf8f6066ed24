"""Officials over HTTP: who may ask, and what a token opens after the table changed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.manage_officials.handler import build
from functions.manage_officials.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.official_table import OfficialTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.officials.first import appoint_first
from ishtirak.use_cases.send_code import code_of
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.otp import HandClock
from tests.functions.access_world import World, access_world, answered, asked

EVENTS = Path("functions/manage_officials/events")
FIRST, SECOND = "00000000-0000-4000-8000-00000000aaaa", "00000000-0000-4000-8000-00000000bbbb"
NUMBER, BORN = "1000000016", "2001-05-20"
WISH = {"identity_number": NUMBER, "birth_date": BORN, "role": "officer"}


class Desk:
    """The function, and two administrators an operator appointed."""

    def __init__(self, world: World) -> None:
        self.world, self.clock, self.keys = world, HandClock(), 0
        self.api = build(
            Settings(
                access_table=world.access,
                register_table=world.register,
                data_key_arn=world.data_key,
                mac_key_arn=world.mac_key,
                absher_secret_arn="arn:aws:secretsmanager:eu-west-1:000000000000:secret:absher",
            ),
            clock=self.clock,
            directory=InMemoryDirectory([a_person(NUMBER)]),
        )
        table = OfficialTable(world.register, access=world.access)
        for person_id in (FIRST, SECOND):
            change = appoint_first(person_id, by="operator/test", at=self.clock.now())
            DynamoTransaction().commit(table.save(change))

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: str = FIRST,
        roles: tuple[str, ...] = ("contributor",),
    ) -> tuple[int, dict[str, Any]]:
        self.keys += 1
        key = f"key-{self.keys}" if method == "POST" else None
        event = asked(path, body, method=method, person=by, roles=roles, key=key, language="en")
        status, answer, _ = answered(self.api, event)
        return status, answer

    def with_code(self, challenge_id: str) -> dict[str, str]:
        challenge = AccessTable(self.world.access).find(challenge_id)
        assert challenge is not None
        return {"challenge_id": challenge_id, "code": code_of(challenge, mac=KmsMac(self.world.mac_key))}

    def invite(self) -> str:
        status, begun = self.ask("POST", "/v1/officials/invitations", WISH)
        assert status == 202, begun
        status, invited = self.ask("POST", "/v1/officials", self.with_code(begun["challenge_id"]))
        assert status == 201, invited
        return str(invited["official_id"])


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


def test_an_invitation_is_confirmed_by_the_other_administrator_and_listed_masked(desk: Desk) -> None:
    official = desk.invite()
    path = f"/v1/officials/{official}"

    own = desk.ask("POST", f"{path}/confirmation/code")
    status, opened = desk.ask("POST", f"{path}/confirmation/code", by=SECOND)
    assert (own[0], own[1]["code"], status) == (403, "second_administrator_needed", 202)
    status, confirmed = desk.ask(
        "POST", f"{path}/confirmation", desk.with_code(opened["challenge_id"]), by=SECOND
    )

    assert (status, confirmed["state"]) == (200, "CONFIRMED")
    _, listed = desk.ask("GET", "/v1/officials")
    [shown] = [one for one in listed["officials"] if one["official_id"] == official]
    assert shown["person"]["masked_identity"].endswith("0016")
    assert NUMBER not in json.dumps(listed)


@pytest.mark.parametrize(
    ("by", "roles"),
    [
        ("00000000-0000-4000-8000-00000000cccc", ("contributor",)),
        ("00000000-0000-4000-8000-00000000cccc", ("contributor", "officer", "supervisor")),
    ],
    ids=["a contributor", "an officer"],
)
def test_the_desk_is_the_administrators(desk: Desk, by: str, roles: tuple[str, ...]) -> None:
    for method, path, body in (
        ("POST", "/v1/officials/invitations", WISH),
        ("GET", "/v1/officials", None),
        ("POST", f"/v1/officials/{FIRST}/disabling", None),
    ):
        status, answer = desk.ask(method, path, body, by=by, roles=roles)
        assert (status, answer["code"]) == (403, "not_for_this_role")


def test_a_disabled_administrator_is_none_within_a_minute_whatever_the_token_says(desk: Desk) -> None:
    [second] = [
        one["official_id"]
        for one in desk.ask("GET", "/v1/officials", by=SECOND)[1]["officials"]
        if one["official_id"] != _id_of(FIRST)
    ]
    token = ("contributor", "administrator")
    assert desk.ask("GET", "/v1/officials", by=SECOND, roles=token)[0] == 200

    assert desk.ask("POST", f"/v1/officials/{second}/disabling")[0] == 200
    desk.clock.pass_seconds(60)

    status, answer = desk.ask("GET", "/v1/officials", by=SECOND, roles=token)
    assert (status, answer["code"]) in {(401, "session_ended"), (403, "not_for_this_role")}


@pytest.mark.parametrize("name", sorted(file.stem for file in EVENTS.glob("*.json")))
def test_the_sample_events_are_understood(desk: Desk, name: str) -> None:
    answer = desk.api.resolve(json.loads((EVENTS / f"{name}.json").read_text()), None)

    expected = {"list_officials": 200, "begin_invitation": 202, "invite_official": 401}
    assert answer["statusCode"] == expected.get(name, 404)


def _id_of(person_id: str) -> str:
    from ishtirak.officials.model import official_id

    return official_id(person_id)
