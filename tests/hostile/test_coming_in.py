"""Coming in over HTTP: nobody learns who has a login, nothing is opened twice, and no password goes around a code."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
import requests

from local.client import Person
from tests.flows.coming_in import (
    ANOTHER,
    CHOSEN,
    change_password,
    claim_of,
    recover_password,
    sign_up,
)
from tests.flows.world import World, later
from tests.hostile.effects import COUNTERS, no_effect

STRANGER = "1000000107"
NO_DAY = {"calendar": "HIJRI", "year": 1410, "month": 2, "day": 30}
WRITTEN = (*COUNTERS, "challenge/", "REVOKED#")


@pytest.fixture(scope="module")
def newcomer(world: World) -> Person:
    """Yousef, whom Absher knows and the register does not: signed up and signed in."""
    person = somebody(world, "yousef", "yousef.a")
    return sign_up(person, claim_of(world.people.person("yousef"))).sign_in()


def somebody(world: World, key: str, username: str, password: str = CHOSEN) -> Person:
    """Somebody of the directory, at the door, with their phone."""
    mobile = world.people.person(key).mobile
    number = mobile.reveal() if mobile else ""
    return Person(
        world.cloud.url, username, password, lambda: world.system.messages_to(number), http=world._browser()
    )


def texts(world: World, key: str) -> list[str]:
    world.quiet()
    mobile = world.people.person(key).mobile
    return world.system.messages_to(mobile.reveal()) if mobile else []


def test_a_newcomer_signs_up_and_is_a_contributor(world: World, newcomer: Person) -> None:
    periods = newcomer.ask("GET", "/v1/me/periods").expect(200)

    assert periods.body["periods"] == []


def test_who_has_a_login_is_told_so_on_the_phone_and_nobody_else_learns_it(world: World) -> None:
    claims = {
        "has a login": claim_of(world.people.person("majid")),
        "wrong birth date": {**claim_of(world.people.person("majid")), "birth_date": "1990-01-01"},
        "without a phone": claim_of(world.people.person("layla")),
        "unknown": {"identity_number": STRANGER, "birth_date": "1990-01-01"},
    }
    before = len(texts(world, "majid"))

    answers = {}
    for name, claim in claims.items():
        asker = somebody(world, "majid", "-")
        answers[name] = asker.ask("POST", "/v1/sign-up", claim)

    shapes = {
        (answer.status, tuple(answer.body), answer.body["resend_after_seconds"], header_names(answer))
        for answer in answers.values()
    }
    assert len(shapes) == 1
    (told,) = texts(world, "majid")[before:]
    assert "حساب" in told
    assert not any(character.isdigit() for character in told)


def header_names(answer: Any) -> tuple[str, ...]:
    return tuple(sorted(answer.headers))


def test_a_number_is_tried_five_times_an_hour(world: World) -> None:
    wrong = {**claim_of(world.people.person("kamal")), "birth_date": "1990-01-01"}
    right = claim_of(world.people.person("kamal"))
    for _ in range(5):
        somebody(world, "kamal", "-").ask("POST", "/v1/sign-up", wrong).expect(202)
    before = len(texts(world, "kamal"))

    somebody(world, "kamal", "-").ask("POST", "/v1/sign-up", right).expect(202)

    assert len(texts(world, "kamal")) == before


@pytest.mark.parametrize(
    ("claim", "pointer"),
    [
        (
            {
                "identity_number": STRANGER,
                "birth_date": {"calendar": "HIJRI", "year": 1410, "month": 2, "day": 30},
            },
            "/birth_date",
        ),
        ({"identity_number": "١٠٠٠٠٠٠٠٠٩", "birth_date": "1990-01-01"}, "/identity_number"),
        ({"identity_number": STRANGER, "birth_date": "1990-01-01", "phone": "+966550000013"}, "/phone"),
    ],
    ids=["a Hijri day that does not exist", "a wrong check digit in Arabic digits", "a phone"],
)
def test_what_is_no_claim_is_refused_by_field(world: World, claim: Any, pointer: str) -> None:
    with no_effect(world):
        answer = somebody(world, "anil", "-").ask("POST", "/v1/sign-up", claim)

    assert answer.status == 422
    assert any(error["pointer"].startswith(pointer) for error in answer.body["errors"])


def test_two_hundred_right_codes_at_once_make_one_login(world: World) -> None:
    person = somebody(world, "anil", "anil.s")
    seen = len(person.phone())
    asked = person.ask("POST", "/v1/sign-up", claim_of(world.people.person("anil"))).expect(202).body
    body = {"challenge_id": asked["challenge_id"], "code": person.code_after(seen), "password": CHOSEN}

    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(
                lambda number: (
                    person.ask("POST", "/v1/sign-up/code", {**body, "username": f"anil.{number}"}).status
                ),
                range(200),
            )
        )

    pages = world.cloud.client("cognito-idp").get_paginator("list_users")
    listed = pages.paginate(UserPoolId=world.cloud.outputs["UserPoolId"])
    names = [user["Username"] for page in listed for user in page["Users"]]
    users = [name for name in names if name.startswith("anil.")]
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 401, 409, 429}
    assert len(users) == 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"username": "1000000081"}, "fields_not_accepted"),
        ({"username": "r١٠٠٠٠٠٠٠٨١"}, "fields_not_accepted"),
        ({"username": "ريم"}, "fields_not_accepted"),
        ({"password": "passwordpassword"}, "password_known"),
        ({"password": "1qaz2wsx3edc4rfv"}, "password_known"),
        ({"password": "Ishtirak-salim-1"}, "password_about_person"),
        ({"password": "fourteen chars"}, "password_too_short"),
    ],
)
def test_what_nobody_may_have_is_refused_before_the_code(world: World, typed: Any, code: str) -> None:
    body = {
        "challenge_id": "0b6f2f7e-0000-4000-8000-000000000003",
        "code": "123456",
        "username": "salim",
        "password": CHOSEN,
    }
    with no_effect(world):
        answer = somebody(world, "anil", "-").ask("POST", "/v1/sign-up/code", {**body, **typed})

    assert (answer.status, answer.body["code"]) == (422, code)


def test_a_code_for_signing_in_opens_no_login_and_is_not_replayed(world: World) -> None:
    majid = world.person("turki")
    seen = len(majid.phone())
    asked = (
        majid.ask("POST", "/v1/sign-in", {"username": "turki", "password": majid.password}).expect(202).body
    )
    code = majid.code_after(seen)
    typed = {"challenge_id": asked["challenge_id"], "code": code, "username": "turki.b", "password": CHOSEN}

    with no_effect(world, but=WRITTEN):
        answer = majid.ask("POST", "/v1/sign-up/code", typed)
    recovered = majid.ask(
        "POST",
        "/v1/password-recovery/code",
        {"challenge_id": asked["challenge_id"], "code": code, "password": ANOTHER},
    )

    assert (answer.status, answer.body["code"]) == (401, "code_not_accepted")
    assert (recovered.status, recovered.body["code"]) == (401, "code_not_accepted")


def test_a_live_token_ends_within_a_minute_of_a_password_change_and_this_one_goes_on(
    world: World, newcomer: Person
) -> None:
    with later(120):
        other = somebody(world, "yousef", "yousef.a", newcomer.password).sign_in()
        other.ask("GET", "/v1/me/periods").expect(200)
    with later(240):
        mine = somebody(world, "yousef", "yousef.a", newcomer.password).sign_in()
        before = len(texts(world, "yousef"))
        change_password(mine, ANOTHER).expect(200)
        told = texts(world, "yousef")[before:]
    newcomer.password = ANOTHER

    with later(240 + 31):
        assert other.ask("GET", "/v1/me/periods").status == 401
        assert other.ask("POST", "/v1/sign-in/refresh", {"session": other.session}).status == 401
        mine.ask("GET", "/v1/me/periods").expect(200)
        mine.ask("POST", "/v1/sign-in/refresh", {"session": mine.session}).expect(200)
    assert any("كلمة مرورك" in text for text in told)


def test_a_forgotten_password_of_somebody_with_an_app_needs_the_app(world: World) -> None:
    maria = world.signed_in("maria")
    seen = len(maria.phone())
    begun = maria.ask("POST", "/v1/me/factors/enrolments").expect(201).body
    app = pyotp.TOTP(begun["secret"])
    codes = {"code": maria.code_after(seen), "authenticator_code": app.now()}
    maria.ask("POST", f"/v1/me/factors/enrolments/{begun['challenge_id']}/confirmation", codes).expect(201)
    claim = claim_of(world.people.person("maria"))
    asker = world.person("maria")

    with later(90):
        alone = recover_password(asker, claim, ANOTHER)
    with later(180):
        both = recover_password(asker, claim, ANOTHER, factor="TOTP", factor_code=code_at(app))
        maria_again = maria.ask("GET", "/v1/me/periods")
    with later(180 + 31):
        over = maria.ask("GET", "/v1/me/periods")

    assert (alone.status, alone.body["code"]) == (422, "second_factor_required")
    assert both.status == 200
    assert 401 in (maria_again.status, over.status)
    assert over.status == 401


def code_at(app: pyotp.TOTP) -> str:
    return app.now()


def test_a_phone_changed_in_absher_voids_the_code_of_a_recovery(world: World) -> None:
    khalifa = world.people.person("khalifa")
    person = world.person("khalifa")
    seen = len(person.phone())
    claimed = {**claim_of(khalifa), "username": "khalifa"}
    asked = person.ask("POST", "/v1/password-recovery", claimed).expect(202).body
    code = person.code_after(seen)
    absher = f"{world.simulators.absher.url}/_sim/mobile"
    number = khalifa.identity_number.reveal()
    requests.post(absher, json={"identity_number": number, "mobile": "+966550000088"}, timeout=5)

    typed = {"challenge_id": asked["challenge_id"], "code": code, "password": ANOTHER}
    answer = person.ask("POST", "/v1/password-recovery/code", typed)

    old = khalifa.mobile
    assert old is not None
    requests.post(absher, json={"identity_number": number, "mobile": old.reveal()}, timeout=5)
    assert (answer.status, answer.body["code"]) == (401, "code_not_accepted")


def test_a_first_password_opens_nothing_for_who_has_a_login(world: World) -> None:
    """An administrator of the pool made a second user for a person: neither signs in, and no code is sent."""
    cognito, pool = world.cloud.client("cognito-idp"), world.cloud.outputs["UserPoolId"]
    cognito.admin_create_user(
        UserPoolId=pool,
        Username="by.hand",
        TemporaryPassword="A-first-passw0rd",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "custom:person_id", "Value": world.people.person("saleh").person_id}],
    )
    saleh = somebody(world, "saleh", "by.hand", "A-first-passw0rd")
    before = len(texts(world, "saleh"))

    typed = {"username": "by.hand", "password": "A-first-passw0rd"}
    signing_in = saleh.ask("POST", "/v1/sign-in", typed)
    showing = saleh.ask("POST", "/v1/first-password", typed)

    assert (signing_in.status, showing.status) == (202, 202)
    assert len(texts(world, "saleh")) == before  # saleh has a login already: no code for another one


def test_nothing_anybody_typed_is_in_a_log(world: World, newcomer: Person) -> None:
    logged = world.logged()

    assert CHOSEN not in logged
    assert ANOTHER not in logged
    assert STRANGER not in logged
