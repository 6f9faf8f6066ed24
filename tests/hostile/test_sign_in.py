"""Keeping somebody out who knows nothing but a name; guessing codes and passwords; asking for codes in a row."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from ishtirak.otp.policy import policy_on as code_policy_on
from ishtirak.sessions.policy import policy_on
from local.client import Answer, Person
from tests.flows.drafts import a_ready_draft
from tests.flows.straight import Straight
from tests.flows.world import World, later, period

ASK = "/v1/sign-in"
ENTER = "/v1/sign-in/code"
WRONG = "not the password of anybody"
ELSEWHERE = "198.51.100.7"
AT_HOME = "203.0.113.20"
AN_HOUR = 3600
A_DAY = 24 * AN_HOUR
TRIES = code_policy_on(datetime.now(UTC).date()).tries
POLICY = policy_on(datetime.now(UTC).date())


def at(world: World, person: Person, address: str) -> Person:
    """The person at another network address."""
    person.http = requests.Session()
    person.http.mount("http://", Straight(world.cloud, address=address))
    return person


def guess(person: Person, password: str = WRONG, **more: Any) -> dict[str, Any]:
    """One try of a password on the person's name; the answer is always the same."""
    body = {"username": person.username, "password": password, **more}
    answered: dict[str, Any] = person.ask("POST", ASK, body).expect(202).body
    return answered


def texts_after(world: World, person: Person, act: Callable[[], Any]) -> int:
    """How many SMS came because of an act."""
    before = len(person.phone())
    act()
    world.quiet()
    return len(person.phone()) - before


def test_wrong_passwords_from_elsewhere_do_not_keep_out_who_signed_in_here_before(world: World) -> None:
    """432 wrong ones at two a second; the first right one brings a code, on the device and at the address."""
    owner = at(world, world.person("majid"), AT_HOME).sign_in()
    attacker = at(world, world.person("majid"), ELSEWHERE)
    forgetful = at(world, world.person("majid"), AT_HOME)

    for number in range(432):
        with later(AN_HOUR + number / 2):
            guess(attacker)

    with later(AN_HOUR + 216):
        assert owner.sign_in().token
    with later(AN_HOUR + 300):
        assert forgetful.sign_in().token


def test_wrong_passwords_at_the_owners_own_address_do_not_keep_the_device_out(world: World) -> None:
    """A shared address: who guesses there blocks the address for the name, and no device."""
    owner = at(world, world.person("turki"), AT_HOME).sign_in()
    neighbour = at(world, world.person("turki"), AT_HOME)

    with later(AN_HOUR):
        for _ in range(20):
            guess(neighbour)

        assert owner.sign_in().token


def test_wrong_passwords_from_many_addresses_do_not_keep_the_device_out(world: World) -> None:
    owner = at(world, world.person("maria"), AT_HOME).sign_in()
    travelling = at(world, world.person("maria"), "192.0.2.77")
    travelling.device = owner.device

    with later(AN_HOUR):
        for number in range(60):
            guess(at(world, world.person("maria"), f"198.51.100.{number}"))

        assert travelling.sign_in().token


def test_somebody_new_is_not_kept_out_by_guesses_from_another_address(world: World) -> None:
    owner = at(world, world.person("person0001"), AT_HOME)
    for _ in range(20):
        guess(at(world, world.person("person0001"), ELSEWHERE))

    assert owner.sign_in().token


def test_many_addresses_make_no_more_guesses_than_the_name_allows_in_a_day(world: World) -> None:
    """The right password stands for a guess: it brings a code exactly when it was looked at."""
    victim = world.person("person0002")
    looked_at = 0
    tomorrow = A_DAY - datetime.now(UTC).timestamp() % A_DAY + 60

    for number in range(30):
        with later(tomorrow + 61 * number):
            stranger = at(world, world.person("person0002"), f"198.51.100.{number}")
            password = victim.password if number % 10 == 9 else WRONG
            looked_at += texts_after(world, victim, lambda: guess(stranger, password))  # noqa: B023 - run at once

    assert POLICY.strangers_per_name.attempts == 20
    assert looked_at == 2


def test_one_address_makes_no_more_guesses_on_many_names_than_the_address_allows(world: World) -> None:
    stranger = "198.51.100.200"
    window = POLICY.strangers_per_address.seconds
    start = window - datetime.now(UTC).timestamp() % window + 1
    with later(start):
        for number in range(POLICY.strangers_per_address.attempts):
            guess(at(world, world.person(f"person{number:04d}"), stranger))
        victim = world.person("person0030")

        came = texts_after(world, victim, lambda: guess(at(world, victim, stranger), victim.password))

    assert came == 0
    with later(start + window):
        assert texts_after(world, victim, lambda: guess(victim, victim.password)) == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Source-Ip"])
def test_the_address_is_never_what_a_client_says(world: World, header: str) -> None:
    attacker = at(world, world.person("person0031"), f"198.51.100.{len(header)}")
    for number in range(POLICY.free_attempts):
        body = {"username": attacker.username, "password": WRONG}
        attacker.ask("POST", ASK, body, headers={header: f"203.0.113.{number}"}).expect(202)

    blocked = attacker.ask(
        "POST", ASK, {"username": attacker.username, "password": WRONG}, headers={header: "203.0.113.99"}
    ).expect(202)

    rests = POLICY.delay_after(POLICY.free_attempts).total_seconds()
    assert blocked.body["resend_after_seconds"] >= rests
    assert texts_after(world, attacker, lambda: guess(attacker, attacker.password)) == 0


@pytest.mark.parametrize("forged", ["x", "A" * 71, "é" * 20, "=" * 71])
def test_a_device_handle_that_is_not_ours_is_as_good_as_none(world: World, forged: str) -> None:
    person = at(world, world.person("saleh"), f"192.0.2.{len(forged)}")

    answered = guess(person, device=forged)

    assert answered.keys() == guess(person).keys()


def test_a_device_of_one_name_is_no_device_of_another(world: World) -> None:
    mine = at(world, world.person("khalifa"), AT_HOME).sign_in()
    attacker = at(world, world.person("person0032"), ELSEWHERE)
    attacker.device = mine.device
    for _ in range(POLICY.free_attempts):
        guess(attacker, device=mine.device)

    assert texts_after(world, attacker, lambda: guess(attacker, attacker.password, device=mine.device)) == 0


def test_the_answer_says_truly_when_a_new_code_can_be_asked_for(world: World) -> None:
    """The second of two in a minute sends nothing and says so; who waits as long as it says gets a code."""
    person = at(world, world.person("reem"), AT_HOME)
    guess(person, person.password)
    with later(20):
        second = guess(person, person.password)
    world.quiet()  # the first one's text has arrived

    with later(20 + second["resend_after_seconds"]):
        assert texts_after(world, person, lambda: guess(person, person.password)) == 1


def test_the_pause_is_the_same_for_a_name_nobody_has_and_for_a_blocked_one(world: World) -> None:
    """Whatever is typed, what the answer says follows from what was done from this place."""

    def paused(person: Person, passwords: list[str]) -> list[int]:
        return [guess(person, password)["resend_after_seconds"] for password in passwords]

    known = at(world, world.person("person0033"), "192.0.2.101")
    unknown = at(world, world.person("person0033"), "192.0.2.102")
    unknown.username = "nobody-of-this-name"
    right, wrong = [known.password] * 8, [WRONG] * 8

    first, second = paused(known, right), paused(unknown, wrong)

    assert first[:5] == second[:5] == [60] * 5
    assert first == second
    for wait, said in ((2 * AN_HOUR, 60), (2 * AN_HOUR + 90, 120)):
        with later(wait):
            assert paused(known, right[:1]) == paused(unknown, wrong[:1]) == [said]


def at_once(count: int, act: Callable[[int], Answer]) -> list[Answer]:
    """So many requests, let go together."""
    gate = threading.Barrier(min(count, 50))

    def go(number: int) -> Answer:
        if number < gate.parties:
            gate.wait(timeout=60)
        return act(number)

    with ThreadPoolExecutor(50) as pool:
        return list(pool.map(go, range(count)))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The challenges whose code was compared with what was typed, each time."""
    from ishtirak.otp import rules

    seen: list[str] = []
    upstream = rules.compare

    def compare(challenge: Any, **given: Any) -> Any:
        seen.append(challenge.id)
        return upstream(challenge, **given)

    monkeypatch.setattr(rules, "compare", compare)
    return seen


def others(code: str, count: int) -> list[str]:
    """So many codes that are not this one."""
    return [f"{(int(code) + 1 + number) % 10**6:06}" for number in range(count)]


def test_of_200_guesses_of_a_sign_in_code_at_once_no_more_than_the_tries_are_compared(
    world: World, compared: list[str]
) -> None:
    person = at(world, world.person("person0034"), AT_HOME)
    seen = len(person.phone())
    challenge = guess(person, person.password)["challenge_id"]
    codes = others(person.code_after(seen), 200)

    def enter(number: int) -> Answer:
        typed = {"challenge_id": challenge, "code": codes[number]}
        return at(world, world.person("person0034"), AT_HOME).ask("POST", ENTER, typed)

    answers = at_once(200, enter)

    assert compared == [challenge] * TRIES
    assert {answer.status for answer in answers} == {401}
    assert sum(answer.body["code"] == "code_not_accepted" for answer in answers) == TRIES


def test_200_right_codes_at_once_open_one_session(world: World, compared: list[str]) -> None:
    person = at(world, world.person("person0035"), AT_HOME)
    seen = len(person.phone())
    challenge = guess(person, person.password)["challenge_id"]
    typed = {"challenge_id": challenge, "code": person.code_after(seen)}

    answers = at_once(200, lambda _: at(world, world.person("person0035"), AT_HOME).ask("POST", ENTER, typed))

    assert sorted(answer.status for answer in answers) == [200] + [401] * 199
    assert compared == [challenge] * TRIES


def submission(world: World, name: str) -> tuple[Person, str, str, str]:
    """Somebody about to submit: the person, the request, the challenge and its code."""
    person = world.holding_a_token(name)
    request_id = a_ready_draft(world.cloud.outputs, world.who(name).person_id, period()).id
    return person, request_id, *person.ask_for_code(request_id)


def test_of_200_guesses_of_a_submission_code_at_once_no_more_than_the_tries_are_compared(
    world: World, compared: list[str]
) -> None:
    person, request_id, challenge, code = submission(world, "person0036")
    codes = others(code, 200)

    answers = at_once(200, lambda number: person.submit(request_id, challenge, codes[number]))

    assert compared == [challenge] * TRIES
    assert {answer.status for answer in answers} == {401}
    assert person.request(request_id)["state"] == "DRAFT"


def test_200_submissions_of_the_right_code_at_once_submit_once(world: World, compared: list[str]) -> None:
    person, request_id, challenge, code = submission(world, "person0037")

    answers = at_once(200, lambda _: person.submit(request_id, challenge, code))

    assert [answer.status for answer in answers].count(201) >= 1
    assert len(compared) == TRIES
    assert len({answer.body["reference"] for answer in answers if answer.status == 201}) == 1
    timeline = person.ask("GET", f"/v1/requests/{request_id}/timeline").expect(200).body
    assert str(timeline).count("RequestSubmitted") == 1


def test_the_local_page_says_why_no_code_came_and_no_answer_and_no_log_does(world: World) -> None:
    """For the developer alone: the page is of the local cloud, and reads its tables."""
    person = at(world, world.person("faisal"), "192.0.2.150")

    def told() -> str:
        rows = world.cloud.request("GET", "/sign-ins.json").json
        return str(next(row["last"] for row in rows or [] if row["username"] == person.username))

    assert told() == ""
    guess(person)
    assert "the password is wrong" in told()
    answers = [guess(person, person.password)]
    world.quiet()
    assert "The code was sent" in told()
    answers.append(guess(person, person.password))
    assert "less than a minute before" in told()
    answers.extend(guess(person, person.password) for _ in range(POLICY.free_attempts))
    assert "too many attempts" in told()

    assert [answer.keys() for answer in answers] == [answers[0].keys()] * len(answers)
    assert [
        word for word in ("the password is", person.username, "192.0.2.150") if word in world.logged()
    ] == []
