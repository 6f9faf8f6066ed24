"""Enrolling and removing an authenticator over HTTP, and the process dying around each of its calls."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.manage_factors.handler import build
from functions.manage_factors.settings import Settings
from ishtirak.edge.http.api import Api
from ishtirak.eventlog.verify import verify
from tests.fakes.factors import shown
from tests.fakes.otp import HandClock
from tests.functions.access_world import PERSON, World, access_world, answered, asked, logged
from tests.functions.scene import Killed, dying

EVENTS = Path("functions/manage_factors/events")
FACTORS = "/v1/me/factors"
CALLS_OF_CONFIRMATION = 16
"""Two reads, the try, its keyed hash, the secret, a keyed hash for each recovery code, the transaction."""


class Desk:
    """The function, and one person with a phone and an app."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = HandClock()
        self.api: Api = build(
            Settings(
                access_table=world.access,
                register_table=world.register,
                data_key_arn=world.data_key,
                mac_key_arn=world.mac_key,
                absher_secret_arn="arn:aws:secretsmanager:eu-central-1:000000000000:secret:absher",
            ),
            clock=self.clock,
        )
        self.secret = ""

    def call(
        self, method: str, path: str = "", body: Any = None, *, key: str | None = None, language: str = "en"
    ) -> tuple[int, dict[str, Any]]:
        event = asked(f"{FACTORS}{path}", body, method=method, person=PERSON, key=key, language=language)
        status, answer, _ = answered(self.api, event)
        return status, answer

    def begin(self) -> str:
        status, begun = self.call("POST", "/enrolments")
        assert status == 201, begun
        self.secret = begun["secret"]
        return str(begun["challenge_id"])

    def codes(self, challenge_id: str) -> dict[str, str]:
        """What the phone and the app show."""
        from ishtirak.adapters.aws.access_table import AccessTable
        from ishtirak.adapters.aws.mac import KmsMac
        from ishtirak.use_cases.send_code import code_of

        challenge = AccessTable(self.world.access).find(challenge_id)
        assert challenge is not None
        return {
            "code": code_of(challenge, mac=KmsMac(self.world.mac_key)),
            "authenticator_code": shown(self.secret, self.clock.now()),
        }

    def confirm(self, challenge_id: str, codes: dict[str, str]) -> tuple[int, dict[str, Any]]:
        return self.call("POST", f"/enrolments/{challenge_id}/confirmation", codes)

    def enrol(self) -> list[str]:
        challenge = self.begin()
        status, confirmed = self.confirm(challenge, self.codes(challenge))
        assert status == 201, confirmed
        self.clock.pass_seconds(61)
        codes: list[str] = confirmed["recovery_codes"]
        return codes

    def verified(self) -> bool:
        """Whether every chain is whole."""
        from ishtirak.adapters.aws.event_log_table import EventLogTable

        return all(
            verify(subject, events, standing=chain) is None
            for subject, events, chain in EventLogTable(self.world.access).chains()
        )


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


def test_nobody_who_is_not_signed_in_has_factors(desk: Desk) -> None:
    assert answered(desk.api, asked(FACTORS, method="GET"))[0] == 401


def test_an_enrolment_takes_nothing_from_the_caller(desk: Desk) -> None:
    status, answer = desk.call("POST", "/enrolments", {"secret": "A" * 32})

    assert (status, answer["code"]) == (422, "fields_not_accepted")


def test_what_is_not_enrolled_is_not_removed(desk: Desk) -> None:
    assert desk.call("POST", "/removal/code", key="key-1")[1]["code"] == "no_authenticator"
    body = {"kind": "TOTP", "code": "287082"}
    assert desk.call("POST", "/removal", body, key="key-2")[1]["code"] == "no_authenticator"


def test_a_code_by_sms_names_its_challenge(desk: Desk) -> None:
    desk.enrol()

    status, answer = desk.call("POST", "/removal", {"kind": "SMS", "code": "287082"}, key="key-1")

    assert (status, answer["code"]) == (422, "challenge_missing")


def test_a_removal_asked_for_again_under_its_key_is_answered_again(desk: Desk) -> None:
    codes = desk.enrol()
    body = {"kind": "RECOVERY", "code": codes[0]}

    first = desk.call("POST", "/removal", body, key="key-1")
    again = desk.call("POST", "/removal", body, key="key-1")

    assert first == again == (200, {"authenticator": None, "recovery_codes_left": 0})
    assert desk.verified()


def test_an_answer_that_shows_a_secret_is_kept_nowhere(desk: Desk) -> None:
    with logged() as lines:
        codes = desk.enrol()

    kept = json.dumps(desk.world.items(desk.world.access), default=str) + lines.getvalue()
    assert not [item for item in desk.world.items(desk.world.access) if item["pk"].startswith("IDEMPOTENCY#")]
    assert desk.secret not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_a_confirmation_makes_the_same_calls_every_time(desk: Desk) -> None:
    challenge = desk.begin()
    codes = desk.codes(challenge)

    with desk.world.traced() as calls:
        assert desk.confirm(challenge, codes)[0] == 201

    assert calls == [
        "dynamodb.GetItem",
        "dynamodb.GetItem",
        "dynamodb.UpdateItem",
        "kms.GenerateMac",
        "kms.Decrypt",
        *["kms.GenerateMac"] * 10,
        "dynamodb.TransactWriteItems",
    ]
    assert len(calls) == CALLS_OF_CONFIRMATION


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, CALLS_OF_CONFIRMATION + 1))
def test_dying_anywhere_while_confirming_enrols_whole_or_not_at_all(desk: Desk, at: int, after: bool) -> None:
    challenge = desk.begin()
    codes = desk.codes(challenge)

    with dying(at, after=after), pytest.raises(Killed):
        desk.confirm(challenge, codes)
    status, answer = desk.confirm(challenge, codes)

    enrolled = after and at == CALLS_OF_CONFIRMATION
    assert (status, answer.get("code")) == ((409, "already_enrolled") if enrolled else (201, None))
    assert desk.call("GET")[1]["recovery_codes_left"] == 10
    assert desk.verified()


@pytest.mark.parametrize("denied", ["kms.Decrypt", "kms.GenerateMac"])
def test_without_the_key_nothing_is_proven(desk: Desk, denied: str) -> None:
    desk.enrol()
    desk.world.denied.add(denied)

    kind = {"kms.Decrypt": "TOTP", "kms.GenerateMac": "RECOVERY"}[denied]
    status, answer = desk.call("POST", "/removal", {"kind": kind, "code": "287082"}, key="key-1")

    assert (status, answer["code"]) == (503, "unavailable")


def test_a_secret_put_in_place_of_another_ones_is_not_decrypted(desk: Desk) -> None:
    """Who can write the table cannot give their own authenticator to somebody else."""
    from ishtirak.adapters import dynamo

    desk.enrol()
    person = {"pk": {"S": f"factors/{PERSON}"}, "sk": {"S": "STATE"}}
    dynamodb = desk.world.aws("dynamodb")
    found = dynamo.from_dynamo(dynamodb.get_item(TableName=desk.world.access, Key=person)["Item"])
    thief = found | {"pk": "factors/thief", "person_id": "thief"}
    dynamodb.put_item(TableName=desk.world.access, Item=dynamo.to_dynamo(thief))

    event = asked(
        f"{FACTORS}/recovery-codes", {"code": shown(desk.secret, desk.clock.now())}, person="thief", key="k"
    )
    assert answered(desk.api, event)[0] == 500


@pytest.mark.parametrize("file", sorted(path.name for path in EVENTS.glob("*.json")))
def test_the_sample_events_are_answered(desk: Desk, file: str) -> None:
    event = json.loads((EVENTS / file).read_text(encoding="utf-8"))

    assert answered(desk.api, event)[0] in (200, 201, 401, 409)
