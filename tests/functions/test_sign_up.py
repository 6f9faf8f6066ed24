"""Signing up: one answer and the same calls for everybody, one login, whatever dies in between."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.functions.access_world import IDENTITY, PERSON, access_world, answered, logged
from tests.functions.login_world import ANOTHER, CHOSEN, PAIR, Desk
from tests.functions.scene import Killed, dying

EVENTS = Path("functions/sign_up/events")
CALLS_TO_ASK = [
    "kms.GenerateMac",  # of the number
    "kms.GenerateMac",  # of the address
    "dynamodb.UpdateItem",  # a try of the number
    "dynamodb.UpdateItem",  # a try of the address
    "dynamodb.GetItem",  # who has the number
    "dynamodb.GetItem",  # the person
    "kms.GenerateMac",  # of the number that was replaced
    "dynamodb.GetItem",
    "dynamodb.GetItem",
    "kms.Encrypt",  # the number, for somebody new
    "dynamodb.GetItem",  # the login
    "dynamodb.UpdateItem",  # a code of the person
    "dynamodb.GetItem",  # the history of codes
    "dynamodb.Query",  # the hour's budget of texts
    "dynamodb.TransactWriteItems",
]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


def test_number_birth_date_code_username_and_password_make_a_login(desk: Desk) -> None:
    person_id = desk.signed_up()

    assert desk.users() == {"majid": person_id}
    assert desk.password_is(CHOSEN)
    assert desk.happened() == ["LoginReserved", "LoginOpened"]


def test_whoever_signed_up_signs_in_as_a_contributor(desk: Desk) -> None:
    person_id = desk.signed_up()

    _, opened, _ = desk.call("sign_in", "/v1/sign-in", {"username": "MAJID", "password": CHOSEN})
    challenge = desk.challenge(opened["challenge_id"])

    assert (challenge.subject, challenge.decoy) == (person_id, False)
    groups = desk.world.aws("cognito-idp").admin_list_groups_for_user(
        UserPoolId=desk.world.pool, Username="majid"
    )["Groups"]
    assert [group["GroupName"] for group in groups] == ["contributor"]


def nobody(desk: Desk) -> dict[str, Any]:
    return {**PAIR, "identity_number": "1000000016"}


def wrong_date(desk: Desk) -> dict[str, Any]:
    return {**PAIR, "birth_date": "1990-01-02"}


def date_in_another_calendar(desk: Desk) -> dict[str, Any]:
    return {**PAIR, "birth_date": {"calendar": "HIJRI", "year": 1410, "month": 6, "day": 5}}


def no_mobile(desk: Desk) -> dict[str, Any]:
    desk.directory.mobile = None
    return PAIR


def locked(desk: Desk) -> dict[str, Any]:
    for _ in range(5):
        desk.start(birth_date="1990-01-02")
    return PAIR


def has_a_login(desk: Desk) -> dict[str, Any]:
    desk.signed_up()
    return PAIR


def a_code_just_sent(desk: Desk) -> dict[str, Any]:
    desk.start()
    return PAIR


def known_to_the_register(desk: Desk) -> dict[str, Any]:
    desk.start()
    desk.clock.pass_seconds(61)
    return PAIR


@pytest.mark.parametrize(
    "case",
    [nobody, wrong_date, no_mobile, locked, has_a_login, a_code_just_sent, known_to_the_register],
)
def test_nobody_learns_from_answer_or_calls_what_was_sent(desk: Desk, case: Any) -> None:
    """Known with a login, unknown, wrong date, locked, without a phone: the same to the byte but the ids and times."""
    asked_for = case(desk)
    with desk.world.traced() as calls:
        status, body, headers = desk.call("sign_up", "/v1/sign-up", asked_for)
    desk.directory.mobile = None

    with access_free(desk) as fresh, desk.world.traced() as calls_for_new:
        other = desk.call("sign_up", "/v1/sign-up", fresh)

    assert calls == calls_for_new == CALLS_TO_ASK
    assert (status, headers) == (other[0], other[2])
    assert body.keys() == other[1].keys()
    assert body["resend_after_seconds"] == other[1]["resend_after_seconds"]


class access_free:  # noqa: N801 - reads as a sentence where it is used
    """A claim nobody made before, an hour later."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __enter__(self) -> dict[str, Any]:
        self.desk.clock.pass_seconds(3600)
        return {**PAIR, "identity_number": "1000000024"}

    def __exit__(self, *_: object) -> None:
        return None


def test_a_wrong_code_is_answered_alike_for_a_code_a_text_and_a_decoy(desk: Desk) -> None:
    real = desk.start()
    decoy = desk.start(identity_number="1000000016")
    outcomes = [tried_four_times(desk, real), tried_four_times(desk, decoy)]
    desk.clock.pass_seconds(61)
    desk.signed_up()
    outcomes.append(tried_four_times(desk, desk.start()))

    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert [code for _, code, _ in outcomes[0]] == ["code_not_accepted"] * 3 + ["too_many_tries"]


def tried_four_times(desk: Desk, opened: dict[str, Any]) -> list[tuple[int, str, tuple[str, ...]]]:
    wrong = f"{(int(desk.code(opened)) + 1) % 10**6:06}"
    outcomes = []
    for _ in range(4):
        with desk.world.traced() as calls:
            status, body = desk.completed(opened, code=wrong)
        outcomes.append((status, body["code"], tuple(call for call in calls if call != "kms.GenerateMac")))
    return outcomes


def test_the_text_of_who_has_a_login_is_no_code(desk: Desk) -> None:
    desk.signed_up()
    opened = desk.start()

    status, body = desk.completed(opened, username="another")

    assert (status, body["code"]) == (401, "code_not_accepted")
    assert not desk.challenge(opened["challenge_id"]).decoy
    assert len(desk.users()) == 1


def test_two_hundred_right_codes_at_once_make_one_login(desk: Desk) -> None:
    opened = desk.start()
    code = desk.code(opened)

    with ThreadPoolExecutor(16) as pool:
        answers = Counter(
            status
            for status, _ in pool.map(
                lambda n: desk.completed(opened, code=code, username=f"majid{n}"), range(200)
            )
        )

    assert answers[201] == 1
    assert answers[201] + answers[401] + answers[429] + answers[409] == 200
    assert len(desk.users()) == 1
    assert desk.happened() == ["LoginReserved", "LoginOpened"]


def test_two_sign_ups_at_once_are_one_person_and_one_code(desk: Desk) -> None:
    with ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(lambda _: desk.start(), range(2)))

    challenges = [desk.challenge(each["challenge_id"]) for each in opened]
    people = [item for item in desk.world.items(desk.world.register) if item["pk"].startswith("PERSON#")]
    assert sorted(challenge.decoy for challenge in challenges) == [False, True]
    assert len(people) == 1


@pytest.mark.parametrize("at", range(9, 20))
def test_dying_after_any_call_from_the_effect_on_ends_in_one_login_or_none_and_the_person_goes_on(
    desk: Desk, at: int
) -> None:
    opened = desk.start()
    with dying(at, after=True) as made:
        try:
            desk.completed(opened)
        except Killed:
            pass
        else:
            assert len(made) < at
    assert len(desk.users()) <= 1

    desk.clock.pass_seconds(21)
    status, body = desk.completed(opened)
    if status != 201 and not desk.password_is(CHOSEN):
        desk.clock.pass_seconds(400)
        status, body = desk.completed(desk.start())

    assert status == 201 or desk.password_is(CHOSEN), body
    assert [*desk.users()] == ["majid"]
    assert desk.happened()[-1] == "LoginOpened"


def test_a_code_works_once(desk: Desk) -> None:
    opened = desk.start()
    assert desk.completed(opened)[0] == 201

    status, body = desk.completed(opened, password=ANOTHER)

    assert (status, body["code"]) == (401, "code_not_accepted")
    assert desk.password_is(CHOSEN)


def test_arabic_digits_are_digits(desk: Desk) -> None:
    arabic = {ord("0") + value: ord("٠") + value for value in range(10)}
    opened = desk.start(identity_number=IDENTITY.translate(arabic), birth_date="١٩٩٠-٠١-٠١")

    status, body = desk.completed(opened, code=desk.code(opened).translate(arabic), username="majid٢")

    assert (status, body) == (201, {"username": "majid2"})


def test_the_birth_date_is_compared_in_the_calendar_it_was_typed_in(desk: Desk) -> None:
    opened = desk.start(**date_in_another_calendar(desk))
    told = desk.directory.find(pair_number())

    assert told is not None
    assert desk.challenge(opened["challenge_id"]).decoy == (
        told.birth_date.hijri().isoformat() != "1410-06-05"
    )


def pair_number() -> Any:
    from ishtirak.kernel.identity import person_number

    return person_number(IDENTITY)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**PAIR, "identity_number": "1000000009"}, "/identity_number"),
        ({**PAIR, "identity_number": 1000000008}, "/identity_number"),
        (
            {**PAIR, "birth_date": {"calendar": "HIJRI", "year": 1410, "month": 2, "day": 30}},
            "/birth_date",
        ),
        ({**PAIR, "birth_date": "1990-02-30"}, "/birth_date"),
        ({**PAIR, "phone": "+966500000018"}, "/phone"),
    ],
    ids=[
        "check digit",
        "a number",
        "a Hijri day that does not exist",
        "a day that does not exist",
        "a phone",
    ],
)
def test_what_is_no_claim_is_refused_by_field_and_costs_no_try(desk: Desk, body: Any, pointer: str) -> None:
    with desk.world.traced() as calls:
        status, problem, _ = desk.call("sign_up", "/v1/sign-up", body)

    assert status == 422
    assert any(error["pointer"].startswith(pointer) for error in problem["errors"])
    assert calls == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"password": "short"}, "password_too_short"),
        ({"password": "passwordpassword"}, "password_known"),
        ({"password": "qwertyuiopasdfg"}, "password_known"),
        ({"password": "ishtirak-majid"}, "password_too_short"),
        ({"password": "Ishtirak-majid-1"}, "password_about_person"),
        ({"username": IDENTITY}, "fields_not_accepted"),
        ({"username": "١٠٠٠٠٠٠٠٠٨"}, "fields_not_accepted"),
        ({"username": "u1000000008"}, "fields_not_accepted"),
    ],
)
def test_what_may_be_nobodys_is_refused_before_the_code_is_looked_at(
    desk: Desk, changed: dict[str, str], code: str
) -> None:
    opened = desk.start()

    with desk.world.traced() as calls:
        status, problem = desk.completed(opened, **changed)

    assert (status, problem["code"]) == (422, code)
    assert "dynamodb.UpdateItem" not in calls
    assert desk.challenge(opened["challenge_id"]).tries == 0


@pytest.mark.parametrize("password", [f"{IDENTITY}-1990-01-01", "اسم للاختبار اسم للاختبار"])
def test_what_is_made_of_the_persons_own_data_is_refused_for_a_right_code(desk: Desk, password: str) -> None:
    opened = desk.start()

    right = desk.completed(opened, password=password)
    wrong = desk.completed(opened, password=password, code="000000")

    assert (right[0], right[1]["code"]) == (422, "password_about_person")
    assert (wrong[0], wrong[1]["code"]) == (401, "code_not_accepted")


def test_a_taken_username_is_told_for_a_right_code_alone(desk: Desk) -> None:
    opened = desk.start()

    wrong = desk.completed(opened, username="fahad", code="000000")
    taken = desk.completed(opened, username="Fahad")
    free = desk.completed(opened, username="fahad.m")

    assert wrong[1]["code"] == "code_not_accepted"
    assert (taken[0], taken[1]["code"]) == (409, "username_taken")
    assert free[0] == 201


def test_nothing_of_it_is_in_the_log(desk: Desk) -> None:
    with logged() as lines:
        opened = desk.start()
        desk.completed(opened)

    written = lines.getvalue()
    secrets = (IDENTITY, "1990-01-01", CHOSEN, "majid", desk.code(opened))
    assert [secret for secret in secrets if secret in written] == []


def test_without_the_directory_or_a_key_nobody_comes_in(desk: Desk) -> None:
    desk.directory.available = False
    status, _, _ = desk.call("sign_up", "/v1/sign-up", PAIR)
    desk.directory.available = True
    opened = desk.start()
    typed = {"challenge_id": opened["challenge_id"], "code": desk.code(opened)}
    desk.world.denied.add("kms.GenerateMac")

    body = {**typed, "username": "majid", "password": CHOSEN}
    denied = desk.call("sign_up", "/v1/sign-up/code", body)[0]

    assert status == 503
    assert denied == 503
    assert desk.users() == {}


def test_the_sample_events_are_understood(desk: Desk) -> None:
    for name in ("start_sign_up", "complete_sign_up"):
        event = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
        assert answered(desk.apis["sign_up"], event)[0] in (202, 401)


def test_somebody_the_register_knew_keeps_their_id(desk: Desk) -> None:
    from ishtirak.adapters.aws.encryption import KmsEncryption
    from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
    from ishtirak.adapters.aws.mac import KmsMac
    from ishtirak.register.people import identity_encryption_context
    from tests.fakes.register import a_contributor, register_on

    register = register_on(desk.world.register)
    encrypted = KmsEncryption(desk.world.data_key).encrypt(IDENTITY, identity_encryption_context(PERSON))
    register.transaction.commit(
        register.people.save(
            a_contributor(PERSON, encrypted_identity=encrypted),
            fingerprint=IdentityFingerprints(KmsMac(desk.world.mac_key)).of(pair_number()),
        )
    )

    assert desk.signed_up() == PERSON
