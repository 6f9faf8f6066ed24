"""Recovering a password and replacing a first one: one answer for everybody, and no way around a second factor."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ishtirak.factors.model import Authenticator, Factors
from tests.fakes.factors import shown
from tests.functions.access_world import access_world, answered, asked
from tests.functions.login_world import ANOTHER, CHOSEN, Desk

EVENTS = Path("functions/recover_password/events")
CODE = "/v1/password-recovery/code"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIRST = "A-first-passw0rd"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


def recovered(desk: Desk, opened: dict[str, Any], **changed: Any) -> tuple[int, dict[str, Any]]:
    typed = {"challenge_id": opened["challenge_id"], "code": desk.code(opened), "password": ANOTHER}
    status, body, _ = desk.call("recover", CODE, {**typed, **changed})
    return status, body


def with_an_app(desk: Desk, person_id: str) -> None:
    """The person enrolled an authenticator app, as `manage_factors` keeps it."""
    from ishtirak.adapters.aws.encryption import KmsEncryption
    from ishtirak.adapters.aws.factor_table import FactorTable
    from ishtirak.adapters.transaction import DynamoTransaction
    from ishtirak.factors.rules import enrol
    from ishtirak.factors.secrets import encrypt_secret

    encrypted = encrypt_secret(
        SECRET,
        person_id=person_id,
        authenticator_id="0d0d0d0d-0000-4000-8000-000000000001",
        encryption=KmsEncryption(desk.world.data_key),
    )
    one = Authenticator(
        id="0d0d0d0d-0000-4000-8000-000000000001",
        encrypted=encrypted,
        enrolled_at=desk.clock.now(),
        last_step=0,
    )
    change = enrol(Factors(person_id=person_id), one, tags=("ab" * 32,), at=desk.clock.now())
    factors = FactorTable(desk.world.access, clock=desk.clock)
    DynamoTransaction().commit(factors.save(change))


def test_a_new_password_opens_what_the_old_one_opened(desk: Desk) -> None:
    desk.signed_up()

    status, body = recovered(desk, desk.forgot())

    assert (status, body) == (200, {"username": "majid"})
    assert desk.password_is(ANOTHER)
    assert not desk.password_is(CHOSEN)
    assert desk.happened()[-1] == "PasswordRecovered"


@pytest.mark.parametrize(
    "claimed",
    [
        {"username": "fahad"},
        {"username": "nobody at all"},
        {"birth_date": "1990-01-02"},
        {"identity_number": "1000000016"},
    ],
)
def test_nobody_learns_whether_number_date_and_name_belong_together(desk: Desk, claimed: Any) -> None:
    desk.signed_up()
    with desk.world.traced() as calls_for_right:
        right = desk.call("recover", "/v1/password-recovery", body_of(desk))
    desk.clock.pass_seconds(61)

    with desk.world.traced() as calls:
        wrong = desk.call("recover", "/v1/password-recovery", {**body_of(desk), **claimed})

    assert calls == calls_for_right
    assert (wrong[0], wrong[2]) == (right[0], right[2]) == (202, right[2])
    assert wrong[1].keys() == right[1].keys()
    assert wrong[1]["resend_after_seconds"] == right[1]["resend_after_seconds"]
    assert desk.challenge(wrong[1]["challenge_id"]).decoy
    assert not desk.challenge(right[1]["challenge_id"]).decoy


def body_of(desk: Desk) -> dict[str, Any]:
    return {"identity_number": "1000000008", "birth_date": "1990-01-01", "username": "majid"}


def test_it_is_no_way_around_an_authenticator_app(desk: Desk) -> None:
    with_an_app(desk, desk.signed_up())
    opened = desk.forgot()

    alone = recovered(desk, opened)
    wrong = recovered(desk, opened, factor="TOTP", factor_code="000000")
    right = recovered(desk, opened, factor="TOTP", factor_code=shown(SECRET, desk.clock.now()))

    assert (alone[0], alone[1]["code"]) == (422, "second_factor_required")
    assert (wrong[0], wrong[1]["code"]) == (401, "factor_code_not_accepted")
    assert right[0] == 200
    assert desk.password_is(ANOTHER)


def test_that_there_is_an_app_is_told_for_a_right_code_alone(desk: Desk) -> None:
    with_an_app(desk, desk.signed_up())

    status, body = recovered(desk, desk.forgot(), code="000000")

    assert (status, body["code"]) == (401, "code_not_accepted")


def test_every_session_of_the_person_is_over(desk: Desk) -> None:
    desk.signed_up()
    session = signed_in(desk, CHOSEN)
    desk.clock.pass_seconds(61)

    recovered(desk, desk.forgot())

    status, _, _ = desk.call("sign_in", "/v1/sign-in/refresh", {"session": session})
    assert status == 401


def signed_in(desk: Desk, password: str) -> str:
    _, opened, _ = desk.call("sign_in", "/v1/sign-in", {"username": "majid", "password": password})
    typed = {"challenge_id": opened["challenge_id"], "code": desk.code(opened)}
    status, body, _ = desk.call("sign_in", "/v1/sign-in/code", typed)
    assert status == 200, body
    return str(body["session"])


def with_a_first_password(desk: Desk, person_id: str) -> None:
    """As an administrator of the pool does it: a user with a password that has to be replaced."""
    desk.world.knows(person_id)
    cognito = desk.world.aws("cognito-idp")
    cognito.admin_create_user(
        UserPoolId=desk.world.pool,
        Username="newcomer",
        TemporaryPassword=FIRST,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "custom:person_id", "Value": person_id}],
    )


NEWCOMER = "5f0c1a52-0000-4000-8000-000000000009"


def test_a_first_password_is_no_dead_end(desk: Desk) -> None:
    with_a_first_password(desk, NEWCOMER)
    _, opened, _ = desk.call("recover", "/v1/first-password", {"username": "newcomer", "password": FIRST})
    typed = {
        "challenge_id": opened["challenge_id"],
        "code": desk.code(opened),
        "username": "Newcomer",
        "password": CHOSEN,
    }

    status, body, _ = desk.call("recover", "/v1/first-password/code", typed)

    assert (status, body) == (201, {"username": "newcomer"})
    assert desk.password_is(CHOSEN, "newcomer")
    assert desk.happened() == ["LoginReserved", "LoginOpened"]


@pytest.mark.parametrize(
    ("username", "password"),
    [("newcomer", "A-wrong-passw0rd"), ("nobody", FIRST), ("fahad", "A-right-passw0rd")],
)
def test_nobody_learns_whether_a_first_password_is_right(desk: Desk, username: str, password: str) -> None:
    with_a_first_password(desk, NEWCOMER)
    with desk.world.traced() as calls_for_right:
        right = desk.call("recover", "/v1/first-password", {"username": "newcomer", "password": FIRST})

    with desk.world.traced() as calls:
        wrong = desk.call("recover", "/v1/first-password", {"username": username, "password": password})

    assert calls == calls_for_right
    assert (wrong[0], wrong[2]) == (right[0], right[2])
    assert wrong[1].keys() == right[1].keys()
    assert desk.challenge(wrong[1]["challenge_id"]).decoy
    assert not desk.challenge(right[1]["challenge_id"]).decoy


def test_signing_in_with_a_first_password_sends_no_code(desk: Desk) -> None:
    with_a_first_password(desk, NEWCOMER)

    _, opened, _ = desk.call("sign_in", "/v1/sign-in", {"username": "newcomer", "password": FIRST})

    assert desk.challenge(opened["challenge_id"]).decoy


def test_the_sample_events_are_understood(desk: Desk) -> None:
    for path in sorted(EVENTS.glob("*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        assert answered(desk.apis["recover"], event)[0] in (202, 401), path


def test_a_body_that_says_more_is_refused(desk: Desk) -> None:
    event = asked("/v1/password-recovery", {**body_of(desk), "phone": "+966500000018"})

    assert answered(desk.apis["recover"], event)[0] == 422
