"""Signing in: one answer for everybody, one code, one session."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.sign_in.handler import build
from functions.sign_in.settings import Settings
from ishtirak.edge.http.api import Api
from ishtirak.otp.model import Challenge
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock
from tests.functions.access_world import (
    PASSWORD,
    PERSON,
    World,
    access_world,
    answered,
    asked,
    logged,
    with_pool,
)

EVENTS = Path("functions/sign_in/events")
ASK = "/v1/sign-in"
CODE = "/v1/sign-in/code"
REFRESH = "/v1/sign-in/refresh"
SIGN_OUT = "/v1/sign-in/sign-out"


CALLS_TO_ASK = [
    "kms.GenerateMac",
    "kms.GenerateMac",
    "kms.GenerateMac",
    "dynamodb.GetItem",
    "dynamodb.UpdateItem",
    "dynamodb.UpdateItem",
    "dynamodb.UpdateItem",
    "dynamodb.UpdateItem",
    "cognito-identity-provider.AdminInitiateAuth",
    "dynamodb.GetItem",
    "dynamodb.Query",
    "kms.Encrypt",
    "dynamodb.TransactWriteItems",
]


class Door:
    """The function, and what a person does at it."""

    def __init__(self, world: World) -> None:
        with_pool(world)
        self.world = world
        self.clock = HandClock()
        self.settings = Settings(
            access_table=world.access,
            register_table=world.register,
            user_pool_id=world.pool,
            user_pool_client_id=world.client,
            data_key_arn=world.data_key,
            mac_key_arn=world.mac_key,
            absher_secret_arn="arn:absher",
        )
        self.api: Api = build(self.settings, clock=self.clock)

    def call(self, path: str, body: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
        return answered(self.api, asked(path, body))

    def ask(self, username: str = "fahad", password: str = PASSWORD) -> dict[str, Any]:
        status, body, _ = self.call(ASK, {"username": username, "password": password})
        assert status == 202, body
        return body

    def challenge(self, challenge_id: str) -> Challenge:
        from ishtirak.adapters.aws.access_table import AccessTable

        found = AccessTable(self.world.access).find(challenge_id)
        assert found is not None
        return found

    def code(self, challenge_id: str) -> str:
        """What the person would read on their phone."""
        from ishtirak.adapters.aws.mac import KmsMac
        from ishtirak.use_cases.send_code import code_of

        return code_of(self.challenge(challenge_id), mac=KmsMac(self.world.mac_key))

    def sign_in(self) -> dict[str, Any]:
        opened = self.ask()
        entered = {"challenge_id": opened["challenge_id"], "code": self.code(opened["challenge_id"])}
        status, body, _ = self.call(CODE, entered)
        assert status == 200, body
        return body


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    with access_world(monkeypatch) as world:
        yield Door(world)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def claims(token: str) -> dict[str, Any]:
    import base64

    payload = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


def test_password_and_code_give_the_bearer_of_the_api(door: Door) -> None:
    signed_in = door.sign_in()

    assert signed_in["token_type"] == "Bearer"
    assert signed_in["expires_in"] > 0
    assert claims(signed_in["id_token"])["custom:person_id"] == PERSON
    assert claims(signed_in["id_token"])["cognito:groups"] == ["contributor"]


def test_arabic_digits_are_accepted_once(door: Door) -> None:
    opened = door.ask()
    typed = door.code(opened["challenge_id"]).translate({ord("0") + n: ord("٠") + n for n in range(10)})
    entered = {"challenge_id": opened["challenge_id"], "code": typed}

    assert door.call(CODE, entered)[0] == 200
    assert door.call(CODE, entered)[0] == 401


def known(door: Door) -> dict[str, str]:
    return {"username": "fahad", "password": PASSWORD}


def wrong_password(door: Door) -> dict[str, str]:
    return {"username": "fahad", "password": "not the password"}


def unknown_name(door: Door) -> dict[str, str]:
    return {"username": "nobody", "password": PASSWORD}


def no_name_at_all(door: Door) -> dict[str, str]:
    return {"username": "not a name, too long for a pool " * 3, "password": PASSWORD}


def disabled(door: Door) -> dict[str, str]:
    door.world.aws("cognito-idp").admin_disable_user(UserPoolId=door.world.pool, Username="fahad")
    return known(door)


def first_password_to_change(door: Door) -> dict[str, str]:
    cognito = door.world.aws("cognito-idp")
    cognito.admin_set_user_password(
        UserPoolId=door.world.pool, Username="fahad", Password=PASSWORD, Permanent=False
    )
    return known(door)


def resting_after_many_attempts(door: Door) -> dict[str, str]:
    for _ in range(5):
        door.call(ASK, wrong_password(door))
    return known(door)


def many_strangers(door: Door) -> dict[str, str]:
    """As many wrong passwords as the name's budget for strangers has, from as many addresses."""
    for number in range(20):
        event = asked(ASK, wrong_password(door))
        event["requestContext"]["identity"] = {"sourceIp": f"198.51.100.{number}"}
        answered(door.api, event)
    return known(door)


def a_forged_device(door: Door) -> dict[str, str]:
    return {**wrong_password(door), "device": "A" * 71}


def codes_used_up(door: Door) -> dict[str, str]:
    door.call(ASK, known(door))
    return known(door)


@pytest.mark.parametrize(
    "case",
    [
        wrong_password,
        unknown_name,
        no_name_at_all,
        disabled,
        first_password_to_change,
        resting_after_many_attempts,
        many_strangers,
        a_forged_device,
        codes_used_up,
    ],
)
def test_nobody_learns_from_the_answer_whether_a_code_was_sent(door: Door, case: Any) -> None:
    with door.world.traced() as calls_for_known:
        status, body, headers = door.call(ASK, known(door))
    door.clock.pass_seconds(3600)
    asked_for = case(door)

    with door.world.traced() as calls:
        other_status, other_body, other_headers = door.call(ASK, asked_for)

    assert calls == calls_for_known
    assert other_status == status
    assert other_headers == headers
    assert other_body.keys() == body.keys()
    assert other_body["resend_after_seconds"] >= body["resend_after_seconds"]
    assert door.challenge(other_body["challenge_id"]).decoy
    assert not door.challenge(body["challenge_id"]).decoy


@pytest.mark.parametrize("password", [PASSWORD, "not the password"])
def test_a_device_that_signed_in_before_costs_the_same_calls(door: Door, password: str) -> None:
    with door.world.traced() as calls_for_strangers:
        door.call(ASK, unknown_name(door))
    device = door.sign_in()["device"]
    door.clock.pass_seconds(3600)

    with door.world.traced() as calls:
        status, body, _ = door.call(ASK, {"username": "fahad", "password": password, "device": device})

    assert calls == calls_for_strangers == CALLS_TO_ASK
    assert (status, body["resend_after_seconds"]) == (202, 60)
    assert door.challenge(body["challenge_id"]).decoy == (password != PASSWORD)


@pytest.mark.parametrize("blocked", [resting_after_many_attempts, many_strangers])
def test_a_password_that_is_not_looked_at_reaches_nobody_in_the_pool(door: Door, blocked: Any) -> None:
    """The pool counts wrong passwords and locks the person; what is not looked at must not add to that."""
    asked_for = blocked(door)
    seen: list[str] = []
    pool = door.world.aws("cognito-idp")
    upstream = pool.admin_initiate_auth

    def initiate(**parameters: Any) -> Any:
        seen.append(parameters["AuthParameters"]["USERNAME"])
        return upstream(**parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "admin_initiate_auth", initiate)
        door.call(ASK, asked_for)

    assert len(seen) == 1
    assert seen != ["fahad"]


def test_a_device_that_signed_in_before_is_not_kept_out(door: Door) -> None:
    device = door.sign_in()["device"]
    door.clock.pass_seconds(3600)
    many_strangers(door)
    resting_after_many_attempts(door)

    _, opened, _ = door.call(ASK, {**known(door), "device": device})

    assert not door.challenge(opened["challenge_id"]).decoy


def test_a_wrong_code_costs_the_same_calls_for_a_decoy(door: Door) -> None:
    real, decoy = door.ask(), door.ask("nobody")
    outcomes = []

    for opened in (real, decoy):
        entered = {
            "challenge_id": opened["challenge_id"],
            "code": wrong(door.code(opened["challenge_id"])),
        }
        for _ in range(4):
            with door.world.traced() as calls:
                status, body, headers = door.call(CODE, entered)
            outcomes.append((status, body, headers, tuple(calls)))

    assert outcomes[:4] == outcomes[4:]
    assert [body["code"] for _, body, _, _ in outcomes[:4]] == ["code_not_accepted"] * 3 + ["too_many_tries"]


def test_the_code_of_a_decoy_opens_nothing(door: Door) -> None:
    opened = door.ask("nobody")

    status, body, _ = door.call(
        CODE, {"challenge_id": opened["challenge_id"], "code": door.code(opened["challenge_id"])}
    )

    assert (status, body["code"]) == (401, "code_not_accepted")


def test_strangers_cannot_use_up_a_persons_codes(door: Door) -> None:
    for _ in range(4):
        door.ask("fahad", "not the password")

    opened = door.ask()

    assert not door.challenge(opened["challenge_id"]).decoy


def test_a_name_may_be_tried_again_after_its_rest(door: Door) -> None:
    for _ in range(5):
        door.ask("fahad", "not the password")
    resting = door.ask()
    door.clock.pass_seconds(30)

    rested = door.ask()

    assert door.challenge(resting["challenge_id"]).decoy
    assert not door.challenge(rested["challenge_id"]).decoy


def test_a_completed_sign_in_starts_the_count_of_attempts_again(door: Door) -> None:
    for _ in range(4):
        door.ask("fahad", "not the password")
    door.sign_in()
    door.clock.pass_seconds(60)

    for _ in range(4):
        door.ask("fahad", "not the password")
    opened = door.ask()

    assert not door.challenge(opened["challenge_id"]).decoy


def test_a_second_code_kills_the_first(door: Door) -> None:
    first = door.ask()
    first_code = door.code(first["challenge_id"])
    door.clock.pass_seconds(60)
    second = door.ask()

    assert door.call(CODE, {"challenge_id": first["challenge_id"], "code": first_code})[0] == 401
    entered = {"challenge_id": second["challenge_id"], "code": door.code(second["challenge_id"])}
    assert door.call(CODE, entered)[0] == 200


def test_an_unknown_challenge_and_a_submission_challenge_sign_nobody_in(door: Door) -> None:
    from ishtirak.adapters.aws.access_table import AccessTable
    from ishtirak.adapters.aws.mac import KmsMac
    from ishtirak.adapters.transaction import DynamoTransaction
    from ishtirak.otp.model import Purpose
    from ishtirak.use_cases.open_challenge import open_challenge

    access = AccessTable(door.world.access)
    opened = open_challenge(
        PERSON,
        purpose=Purpose.SUBMIT_REQUEST,
        digest="a" * 64,
        about="request-1",
        challenges=access,
        mac=KmsMac(door.world.mac_key),
        budgets=BudgetsInMemory(),
        clock=door.clock,
    )
    DynamoTransaction().commit(opened.items)
    code = door.code(opened.challenge_id)

    for challenge_id in (opened.challenge_id, "00000000-0000-4000-8000-000000000000"):
        status, body, _ = door.call(CODE, {"challenge_id": challenge_id, "code": code})
        assert (status, body["code"]) == (401, "code_not_accepted")


@pytest.mark.parametrize(("age", "status"), [(299, 200), (300, 401), (301, 401)])
def test_a_sign_in_code_lives_for_300_seconds(door: Door, age: int, status: int) -> None:
    opened = door.ask()
    entered = {"challenge_id": opened["challenge_id"], "code": door.code(opened["challenge_id"])}
    door.clock.pass_seconds(age)

    assert door.call(CODE, entered)[0] == status


def test_eight_at_once_with_the_right_code_are_one_sign_in(door: Door) -> None:
    opened = door.ask()
    entered = {"challenge_id": opened["challenge_id"], "code": door.code(opened["challenge_id"])}
    event = json.dumps(asked(CODE, entered))
    statuses: list[int] = []

    def enter() -> None:
        statuses.append(answered(build(door.settings, clock=door.clock), json.loads(event))[0])

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [401] * 7
    assert door.challenge(opened["challenge_id"]).tries == 3
    assert len([item for item in door.world.items("Access") if item["sk"] == "SESSION"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        (ASK, {"username": "fahad", "password": PASSWORD, "phone": "+966500000017"}, "/phone"),
        (ASK, {"username": "fahad", "password": 12345678}, "/password"),
        (ASK, {"username": "", "password": PASSWORD}, "/username"),
        (CODE, {"challenge_id": "00000000-0000-4000-8000-000000000000", "code": 12345}, "/code"),
        (CODE, {"challenge_id": "somewhere", "code": "123456"}, "/challenge_id"),
        (REFRESH, {}, "/session"),
        (SIGN_OUT, {"session": "x" * 201}, "/session"),
    ],
)
def test_what_has_the_wrong_form_is_refused_by_field(
    door: Door, path: str, body: dict[str, Any], pointer: str
) -> None:
    with door.world.traced() as calls:
        status, problem, headers = door.call(path, body)

    assert status == 422
    assert headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert calls == []


def test_a_session_is_renewed_with_its_newest_handle_only(door: Door) -> None:
    first = door.sign_in()["session"]
    _, renewed, _ = door.call(REFRESH, {"session": first})
    door.clock.pass_seconds(10)

    status, body, _ = door.call(REFRESH, {"session": first})

    assert claims(renewed["id_token"])["custom:person_id"] == PERSON
    assert (status, body["code"]) == (401, "session_ended")
    assert door.call(REFRESH, {"session": renewed["session"]})[0] == 401


@pytest.mark.parametrize(("idle", "status"), [(899, 200), (900, 401)])
def test_fifteen_idle_minutes_end_a_session(door: Door, idle: int, status: int) -> None:
    handle = door.sign_in()["session"]
    door.clock.pass_seconds(idle)

    assert door.call(REFRESH, {"session": handle})[0] == status


def test_signing_out_ends_the_session_and_the_credential(door: Door) -> None:
    from ishtirak.adapters.aws.encryption import KmsEncryption
    from ishtirak.adapters.aws.session_table import SessionTable
    from ishtirak.adapters.aws.user_pool import CognitoUserPool
    from ishtirak.sessions.credentials import decrypt_credential

    handle = door.sign_in()["session"]
    item = next(item for item in door.world.items("Access") if item["sk"] == "SESSION")
    session = SessionTable(door.world.access, clock=door.clock).session(item["id"])
    assert session is not None
    encryption = KmsEncryption(door.world.data_key)
    credential = decrypt_credential(session.encrypted, item=session.id, encryption=encryption)
    pool = CognitoUserPool(door.world.pool, client_id=door.world.client)
    assert pool.renew(credential) is not None

    assert door.call(SIGN_OUT, {"session": handle})[:2] == (200, {"signed_out": True})
    assert door.call(SIGN_OUT, {"session": handle})[0] == 200

    assert door.call(REFRESH, {"session": handle})[0] == 401
    assert pool.renew(credential) is None


def test_an_encrypted_credential_decrypts_in_its_own_item_only(door: Door) -> None:
    from ishtirak.adapters.aws.encryption import KmsEncryption
    from ishtirak.kernel.errors import Unavailable
    from ishtirak.sessions.credentials import decrypt_credential

    door.sign_in()
    item = next(item for item in door.world.items("Access") if item["sk"] == "SESSION")

    with pytest.raises((Unavailable, door.world.aws("kms").exceptions.InvalidCiphertextException)):
        decrypt_credential(
            item["encrypted"], item="another session", encryption=KmsEncryption(door.world.data_key)
        )


@pytest.mark.parametrize("denied", ["kms.GenerateMac", "kms.Encrypt"])
def test_without_its_keys_no_code_is_asked_for(door: Door, denied: str) -> None:
    door.world.denied.add(denied)

    status, body, _ = door.call(ASK, known(door))

    assert (status, body["code"]) == (503, "unavailable")
    assert not [item for item in door.world.items("Access") if item["sk"] == "STATE"]


@pytest.mark.parametrize("denied", ["kms.GenerateMac", "kms.Decrypt"])
def test_without_its_keys_the_right_code_opens_nothing(door: Door, denied: str) -> None:
    opened = door.ask()
    entered = {"challenge_id": opened["challenge_id"], "code": door.code(opened["challenge_id"])}
    door.world.denied.add(denied)

    status, body, _ = door.call(CODE, entered)

    assert (status, body["code"]) == (503, "unavailable")
    assert not [item for item in door.world.items("Access") if item["sk"] == "SESSION"]
    assert door.challenge(opened["challenge_id"]).tries == 1


def test_nothing_secret_is_logged_or_kept_in_clear(door: Door) -> None:
    with logged() as lines:
        signed_in = door.sign_in()
        renewed = door.call(REFRESH, {"session": signed_in["session"]})[1]
        door.call(ASK, wrong_password(door))
    codes = [door.code(item["id"]) for item in door.world.items("Access") if item["sk"] == "STATE"]
    secrets = [PASSWORD, "not the password", "fahad", *codes]
    secrets += [answer[name] for answer in (signed_in, renewed) for name in ("id_token", "session")]

    kept = json.dumps(door.world.items("Access"))

    assert '"operation":"complete_sign_in"' in lines.getvalue()
    assert len(codes) == 2
    assert [secret for secret in secrets if secret in lines.getvalue()] == []
    assert [secret for secret in secrets if secret in kept] == []


@pytest.mark.parametrize("file", sorted(path.name for path in EVENTS.glob("*.json")))
def test_the_sample_events_are_answered(door: Door, file: str) -> None:
    event = json.loads((EVENTS / file).read_text(encoding="utf-8"))

    status, body, _ = answered(door.api, event)

    assert status in (200, 202, 401), body
