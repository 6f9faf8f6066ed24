"""Authenticator apps and recovery codes: stolen tokens, repeated and guessed codes, and what a stranger could learn."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest

from local.client import Answer, Person, arabic_digits, eventually
from local.demo.acts import period_data
from tests.flows.world import World, later
from tests.hostile.authenticator import (
    FACTORS,
    Authenticator,
    answer_with,
    ask_to_sign_in,
    at_the_beginning_of_a_step,
    begin,
    confirm,
    enrolled,
)
from tests.hostile.effects import COUNTERS, no_effect

TRIES = ("challenge/", "factors/", *COUNTERS)
"""What may change when a code is tried in vain: that it was tried."""
PAUSE = 1_000


@pytest.fixture(autouse=True)
def at_rest() -> Iterator[None]:
    with at_the_beginning_of_a_step():
        yield


def wrong(code: str) -> str:
    return f"{(int(code) + 500_000) % 10**6:06}"


def seen_of(answer: Answer) -> tuple[int, dict[str, Any], set[str]]:
    """Everything a client sees of an answer but what is new in each."""
    body = {name: value for name, value in answer.body.items() if name != "trace_id"}
    return answer.status, body, {name.lower() for name in answer.headers}


def items(world: World) -> str:
    """Every item of every table, as text."""
    dynamodb = world.cloud.client("dynamodb")
    return "\n".join(
        str(page["Items"])
        for table in dynamodb.list_tables()["TableNames"]
        for page in dynamodb.get_paginator("scan").paginate(TableName=table)
    )


def told(person: Person, words: str) -> list[str]:
    return [text for text in person.phone() if words in text]


def test_a_stolen_token_enrols_no_authenticator_of_the_thief(world: World) -> None:
    victim = world.somebody()
    seen = len(victim.phone())
    begun = victim.ask("POST", f"{FACTORS}/enrolments").expect(201).body
    app = Authenticator(begun["secret"], [])
    code = victim.code_after(seen)  # arrives on the victim's phone, which the thief has not

    with no_effect(world, but=TRIES):
        confirm(victim, begun["challenge_id"], wrong(code), app.shows()).expect(401, "code_not_accepted")
        confirm(victim, begun["challenge_id"], app.shows(), app.shows()).expect(401, "code_not_accepted")

    assert victim.ask("GET", FACTORS).expect(200).body["authenticator"] is None


def test_a_code_for_one_enrolment_confirms_no_other_and_opens_nothing_else(world: World) -> None:
    person = world.somebody()
    first, code = begin(person)
    with later(61):
        second, _ = begin(person)
        app = Authenticator(second["secret"], [])

        with no_effect(world, but=TRIES):
            confirm(person, second["challenge_id"], code, app.shows()).expect(401, "code_not_accepted")
            confirm(person, first["challenge_id"], code, app.shows()).expect(401, "code_not_accepted")
            answer_with(person, second["challenge_id"], code, kind="SMS").expect(401, "code_not_accepted")


def test_somebody_elses_enrolment_is_confirmed_by_nobody_else(world: World) -> None:
    person, other = world.somebody(), world.somebody()
    begun, code = begin(person)
    app = Authenticator(begun["secret"], [])

    with no_effect(world, but=TRIES):
        confirm(other, begun["challenge_id"], code, app.shows()).expect(401, "code_not_accepted")

    confirm(person, begun["challenge_id"], code, app.shows()).expect(201)


def test_an_authenticator_signs_in_and_its_code_works_once(world: World) -> None:
    person = world.somebody()
    app = enrolled(person)
    shown = app.shows()

    signed_in = answer_with(person, ask_to_sign_in(person), arabic_digits(shown)).expect(200).body
    with no_effect(world, but=TRIES):
        for path in ("recovery-codes", "removal"):
            body = {"code": shown} | ({"kind": "TOTP"} if path == "removal" else {})
            person.ask("POST", f"{FACTORS}/{path}", body).expect(401, "factor_code_not_accepted")

    assert signed_in["id_token"]
    person.ask("POST", f"{FACTORS}/recovery-codes", {"code": app.shows(steps=1)}).expect(201)


def test_one_code_at_two_places_at_once_opens_one(world: World) -> None:
    """Signing in and removing the app with the same digits at the same moment."""
    person = world.somebody()
    app = enrolled(person)
    challenge, shown = ask_to_sign_in(person), app.shows()
    barrier = threading.Barrier(2)

    def sign_in() -> int:
        barrier.wait()
        return answer_with(person, challenge, shown).status

    def renew() -> int:
        barrier.wait()
        return person.ask("POST", f"{FACTORS}/recovery-codes", {"code": shown}).status

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(sign_in), pool.submit(renew)]]

    assert sum(status in (200, 201) for status in answers) == 1, answers


def test_the_code_that_confirmed_the_enrolment_signs_nobody_in(world: World) -> None:
    person = world.somebody()
    begun, code = begin(person)
    app = Authenticator(begun["secret"], [])
    first = app.shows()
    confirm(person, begun["challenge_id"], code, first).expect(201)

    answer_with(person, ask_to_sign_in(person), first).expect(401, "code_not_accepted")


@pytest.mark.parametrize(
    "form",
    [
        lambda code: code.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        lambda code: f"{code}\n",
        lambda code: f" {code}",
        lambda code: code[:5],
        lambda code: f"0{code}",
        lambda code: f"+{code[1:]}",
    ],
    ids=["full-width", "newline", "space", "five digits", "seven digits", "sign"],
)
def test_only_six_digits_of_ours_are_a_code(world: World, form: Any) -> None:
    person = world.somebody()
    app = enrolled(person)

    answer_with(person, ask_to_sign_in(person), form(app.shows())).expect(401, "code_not_accepted")


@pytest.mark.parametrize("code", [123456, None, ["123456"], True])
def test_a_code_that_is_no_text_is_refused_before_anything_is_tried(world: World, code: object) -> None:
    person = world.somebody()
    challenge = ask_to_sign_in(person)

    with no_effect(world):
        answer_with(person, challenge, code).expect(422)


def test_of_eight_guesses_at_once_no_more_than_five_are_evaluated(world: World) -> None:
    """With a stolen token, where no challenge counts besides; evaluated is what the secret was decrypted for."""
    person = world.somebody()
    app = enrolled(person)
    guesses = [f"{(int(app.shows()) + 1_000 * (place + 1)) % 10**6:06}" for place in range(8)]
    barrier = threading.Barrier(8)

    def guess(code: str) -> int:
        barrier.wait()
        return person.ask("POST", f"{FACTORS}/removal", {"kind": "TOTP", "code": code}).status

    before = evaluated(world)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, guesses))
    statuses += [
        person.ask("POST", f"{FACTORS}/removal", {"kind": "TOTP", "code": code}).status for code in guesses
    ]

    assert set(statuses) <= {401, 429}
    assert evaluated(world) - before == 5


def evaluated(world: World) -> int:
    """How often the function that manages factors decrypted a secret."""
    runs = (one for one in world.cloud.call_log.invocations() if "ManageFactors" in one["function"])
    return sum(one["calls"].count("kms.Decrypt") for one in runs)


def test_after_five_wrong_codes_a_right_one_waits_and_the_sms_still_opens(world: World) -> None:
    person = world.somebody()
    app = enrolled(person)
    five_wrong_codes(person, app)

    world.quiet()
    with later(122):
        seen = len(person.phone())
        challenge = ask_to_sign_in(person)
        answer_with(person, challenge, app.shows()).expect(401, "code_not_accepted")
        answer_with(person, challenge, app.recovery_codes[0], kind="RECOVERY").expect(
            401, "code_not_accepted"
        )
        person.ask("POST", f"{FACTORS}/removal", {"kind": "TOTP", "code": app.shows()}).expect(
            429, "factor_paused"
        )
        answer_with(person, challenge, person.code_after(seen), kind="SMS").expect(200)


def test_a_pause_ends_and_the_next_one_is_twice_as_long(world: World) -> None:
    person = world.somebody()
    app = enrolled(person)
    five_wrong_codes(person, app)
    removal = f"{FACTORS}/removal"

    with later(PAUSE):
        awake = world.holding_a_token(person.username)
        for _ in range(5):
            proof = {"kind": "TOTP", "code": wrong(app.shows())}
            awake.ask("POST", removal, proof).expect(401, "factor_code_not_accepted")
    with later(2 * PAUSE):
        paused = world.holding_a_token(person.username)
        paused.ask("POST", removal, {"kind": "TOTP", "code": app.shows()}).expect(429, "factor_paused")
    with later(3 * PAUSE):
        answer_with(person, ask_to_sign_in(person), app.shows()).expect(200)


def five_wrong_codes(person: Person, app: Authenticator) -> None:
    """Three at one sign-in and two at the next: each has three tries."""
    challenge = ask_to_sign_in(person)
    for _ in range(3):
        answer_with(person, challenge, wrong(app.shows())).expect(401, "code_not_accepted")
    answer_with(person, challenge, app.shows()).expect(401, "too_many_tries")
    with later(61):
        challenge = ask_to_sign_in(person)
        for _ in range(2):
            answer_with(person, challenge, wrong(app.shows())).expect(401, "code_not_accepted")


def test_a_recovery_code_works_once_and_the_person_is_told(world: World) -> None:
    person = world.somebody()
    app = enrolled(person)
    used, other = app.recovery_codes[:2]

    answer_with(person, ask_to_sign_in(person), used.lower(), kind="RECOVERY").expect(200)
    eventually(lambda: told(person, "رمز استرداد") or None, "a notice of the used code")
    with later(61):
        challenge = ask_to_sign_in(person)
        answer_with(person, challenge, used, kind="RECOVERY").expect(401, "code_not_accepted")
        answer_with(person, challenge, arabic_digits(other), kind="RECOVERY").expect(200)

    assert person.ask("GET", FACTORS).expect(200).body["recovery_codes_left"] == 8
    assert len(set(app.recovery_codes)) == 10


def test_somebody_elses_codes_open_nothing(world: World) -> None:
    one, other = world.somebody(), world.somebody()
    app, recovery = enrolled(one), enrolled(one.__class__(**vars(other))).recovery_codes
    challenge = ask_to_sign_in(other)

    answer_with(other, challenge, app.shows()).expect(401, "code_not_accepted")
    answer_with(other, challenge, app.recovery_codes[0], kind="RECOVERY").expect(401, "code_not_accepted")
    answer_with(one, ask_to_sign_in(one), recovery[0], kind="RECOVERY").expect(401, "code_not_accepted")


@pytest.mark.parametrize("kind", ["TOTP", "RECOVERY"])
def test_nobody_learns_who_exists_or_which_factor_somebody_has(world: World, kind: str) -> None:
    """The same answers, headers and AWS calls: with an app, without one, a wrong password, a name nobody has."""
    with_app, without = world.somebody(), world.somebody()
    enrolled(with_app)
    cases = {
        "with an app": ask_to_sign_in(with_app),
        "without one": ask_to_sign_in(without),
        "a wrong password": ask_to_sign_in(without, password="wrong"),
        "nobody": ask_to_sign_in(without, username="nobody-at-all"),
    }
    seen: dict[str, Any] = {}
    for case, challenge in cases.items():
        before = len(calls(world))
        answer = answer_with(without, challenge, "000000", kind=kind)
        seen[case] = (seen_of(answer), calls(world)[before:])

    assert {status for (status, _, _), _ in seen.values()} == {401}
    assert [case for case in cases if seen[case] != seen["nobody"]] == []
    assert len(seen["nobody"][1]) == 1


def calls(world: World) -> list[list[str]]:
    """The AWS calls of each run of sign-in, in order."""
    return [one["calls"] for one in world.cloud.call_log.invocations() if "SignIn" in one["function"]]


def test_a_request_is_submitted_with_the_code_bound_to_it_and_no_other(world: World) -> None:
    """Nothing in a TOTP code says what it was typed for."""
    person = world.somebody()
    app = enrolled(person)
    draft = person.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}).expect(201)
    path = f"/v1/requests/{draft.body['id']}"
    person.ask("PUT", f"{path}/data", period_data("2025-08-01", "2025-09-30"), etag=draft.etag).expect(200)
    body = {"challenge_id": "0c0c0c0c-0000-4000-8000-000000000001", "code": app.shows()}

    with no_effect(world, but=TRIES):
        person.ask("POST", f"{path}/submission", {**body, "kind": "TOTP"}).expect(422)


def test_secrets_and_recovery_codes_are_shown_once_and_kept_nowhere(world: World) -> None:
    person = world.somebody()
    app = enrolled(person)
    answer_with(person, ask_to_sign_in(person), app.recovery_codes[0], kind="RECOVERY").expect(200)
    world.quiet()

    listed = person.ask("GET", FACTORS).expect(200).body
    kept = items(world) + world.logged() + str(listed) + "".join(person.phone())

    assert listed["authenticator"] is not None
    for secret in (app.secret, *app.recovery_codes, *(code.replace("-", "") for code in app.recovery_codes)):
        assert secret not in kept


def test_a_stolen_token_removes_no_authenticator(world: World) -> None:
    person = world.somebody()
    app = enrolled(person)
    nowhere = "0c0c0c0c-0000-4000-8000-000000000001"
    tried = (
        {"kind": "TOTP", "code": wrong(app.shows())},
        {"kind": "RECOVERY", "code": "00000-00000"},
        {"kind": "SMS", "code": "000000"},
        {"kind": "SMS", "code": "000000", "challenge_id": nowhere},
    )

    with no_effect(world, but=TRIES):
        for body in tried:
            assert person.ask("POST", f"{FACTORS}/removal", body).status in (401, 422)

    assert person.ask("GET", FACTORS).expect(200).body["authenticator"] is not None


@pytest.mark.parametrize("kind", ["TOTP", "RECOVERY", "SMS"])
def test_an_authenticator_is_removed_with_proof_and_opens_nothing_afterwards(world: World, kind: str) -> None:
    person = world.somebody()
    app = enrolled(person)
    proof = {"kind": kind, "code": {"TOTP": app.shows(), "RECOVERY": app.recovery_codes[0]}.get(kind, "")}
    if kind == "SMS":
        seen = len(person.phone())
        asked = person.ask("POST", f"{FACTORS}/removal/code").expect(202).body
        proof |= {"challenge_id": asked["challenge_id"], "code": person.code_after(seen)}

    person.ask("POST", f"{FACTORS}/removal", proof).expect(200)

    challenge = ask_to_sign_in(person)
    answer_with(person, challenge, app.shows(steps=1)).expect(401, "code_not_accepted")
    answer_with(person, challenge, app.recovery_codes[1], kind="RECOVERY").expect(401, "code_not_accepted")
    eventually(lambda: told(person, "أُزيل تطبيق المصادقة") or None, "a notice of the removal")
    world.quiet()
    with later(61):
        assert enrolled(person).secret != app.secret


def test_new_recovery_codes_end_the_old_ones_and_need_the_app(world: World) -> None:
    person = world.somebody()
    app = enrolled(person)
    path = f"{FACTORS}/recovery-codes"
    with no_effect(world, but=TRIES):
        person.ask("POST", path, {"code": wrong(app.shows())}).expect(401, "factor_code_not_accepted")

    new = person.ask("POST", path, {"code": app.shows()}).expect(201).body["recovery_codes"]

    challenge = ask_to_sign_in(person)
    answer_with(person, challenge, app.recovery_codes[0], kind="RECOVERY").expect(401, "code_not_accepted")
    answer_with(person, challenge, new[0], kind="RECOVERY").expect(200)


def test_a_second_authenticator_takes_the_place_of_none(world: World) -> None:
    person = world.somebody()
    begun, code = begin(person)
    app = Authenticator(begun["secret"], [])
    confirm(person, begun["challenge_id"], code, app.shows()).expect(201)

    with no_effect(world, but=TRIES):
        confirm(person, begun["challenge_id"], code, app.shows(steps=1)).expect(409, "already_enrolled")
        person.ask("POST", f"{FACTORS}/enrolments").expect(409, "already_enrolled")


def last_confirmation(world: World) -> list[str]:
    """The AWS calls of the newest enrolment that was confirmed; its transaction is the last."""
    [*_, last] = [
        one["calls"] for one in world.cloud.call_log.invocations() if one["trigger"].endswith("/confirmation")
    ]
    assert last[-1] == "dynamodb.TransactWriteItems"
    return list(last)


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_process_dying_at_any_call_enrols_whole_or_not_at_all(
    world: World, when: Literal["before", "after"]
) -> None:
    """Three tries of one code are three deaths; whoever lost the answer asks for new recovery codes."""
    for _ in range(2):  # the first learns the secrets of the process, the second makes the calls of the third
        enrolled(world.somebody())
    committing = len(last_confirmation(world))
    person = world.somebody()
    begun, code = begin(person)
    app = Authenticator(begun["secret"], [])
    world.cloud.arm("manage_factors", call=committing, when=when)

    died = confirm(person, begun["challenge_id"], code, app.shows())

    again = confirm(person, begun["challenge_id"], code, app.shows())
    assert died.status >= 500
    again.expect(201) if when == "before" else again.expect(409, "already_enrolled")
    new = person.ask("POST", f"{FACTORS}/recovery-codes", {"code": app.shows(steps=1)}).expect(201).body
    assert new["factors"]["recovery_codes_left"] == len(new["recovery_codes"]) == 10
