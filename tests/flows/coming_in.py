"""Signing up and passwords as a person does it over HTTP: what they type, and the code that arrives on the phone."""

from typing import Any

from local.client import Answer, Person

CHOSEN, ANOTHER = "green tea at the wadi", "a lamp beside the date palm"


def claim_of(synthetic: Any) -> dict[str, Any]:
    """Somebody's number and birth date, as they stand on the card."""
    return {
        "identity_number": synthetic.identity_number.reveal(),
        "birth_date": synthetic.birth_date.written_parts(),
    }


def sign_up(person: Person, claim: dict[str, Any]) -> Person:
    """The person with a login of their own, under the username and password they have at hand."""
    seen = len(person.phone())
    asked = person.ask("POST", "/v1/sign-up", claim).expect(202).body
    finish(
        person, "/v1/sign-up/code", asked, seen, username=person.username, password=person.password
    ).expect(201)
    return person


def finish(person: Person, path: str, asked: dict[str, Any], seen: int, **typed: Any) -> Answer:
    """The code from the phone, typed with the rest."""
    body = {"challenge_id": asked["challenge_id"], "code": person.code_after(seen), **typed}
    return person.ask("POST", path, body)


def change_password(person: Person, password: str) -> Answer:
    """The next password, by a code."""
    seen = len(person.phone())
    asked = person.ask("POST", "/v1/me/password/code").expect(202).body
    body = {
        "current_password": person.password,
        "password": password,
        "kind": "SMS",
        "challenge_id": asked["challenge_id"],
        "code": person.code_after(seen),
    }
    answer = person.ask("POST", "/v1/me/password", body)
    if answer.status == 200:
        person.password = password
    return answer


def recover_password(person: Person, claim: dict[str, Any], password: str, **factor: str) -> Answer:
    """A password instead of the forgotten one."""
    seen = len(person.phone())
    claimed = {**claim, "username": person.username}
    asked = person.ask("POST", "/v1/password-recovery", claimed).expect(202).body
    answer = finish(person, "/v1/password-recovery/code", asked, seen, password=password, **factor)
    if answer.status == 200:
        person.password = password
    return answer
