"""Keeping somebody out who knows nothing but a name; guessing codes and passwords; asking for codes in a row."""

from typing import Any

import requests

from local.client import Person
from tests.flows.straight import Straight
from tests.flows.world import World, later

ASK = "/v1/sign-in"
WRONG = "not the password of anybody"
ELSEWHERE = "198.51.100.7"
AT_HOME = "203.0.113.20"
AN_HOUR = 3600


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


def texts_after(world: World, person: Person, act: Any) -> int:
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
