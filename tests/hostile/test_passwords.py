"""A password is what was typed: no letter more or less, in no other case, of any length a manager makes."""

import pytest

from tests.flows.world import World

LONG = "كلمة سر طويلة with spaces, Ünïcode & 64 letters or more: " + "a" * 16


@pytest.fixture(scope="module")
def of_one_person(world: World) -> str:
    """Somebody whose password is long; their user name."""
    person = world.somebody()
    world.cloud.client("cognito-idp").admin_set_user_password(
        UserPoolId=world.cloud.outputs["UserPoolId"],
        Username=person.username,
        Password=LONG,
        Permanent=True,
    )
    return person.username


def code_sent(world: World, username: str, password: str) -> bool:
    """Whether a code arrives for this password."""
    person = world.person(username)
    before = len(person.phone())
    body = {"username": username, "password": password}
    person.ask("POST", "/v1/sign-in", body).expect(202)
    world.quiet()
    return len(person.phone()) > before


@pytest.mark.parametrize(
    "typed",
    [
        LONG[:-1],
        LONG + "a",
        LONG.upper(),
        LONG.lower(),
        f" {LONG}",
        f"{LONG} ",
        LONG[:32],
        LONG.replace(" ", ""),
    ],
    ids=["one less", "one more", "upper", "lower", "space before", "space after", "cut", "no spaces"],
)
def test_another_password_opens_nothing(world: World, of_one_person: str, typed: str) -> None:
    assert len(LONG) > 64
    assert not code_sent(world, of_one_person, typed)


def test_a_password_is_verified_exactly_as_typed(world: World) -> None:
    person = world.somebody()
    world.cloud.client("cognito-idp").admin_set_user_password(
        UserPoolId=world.cloud.outputs["UserPoolId"],
        Username=person.username,
        Password=LONG,
        Permanent=True,
    )

    assert code_sent(world, person.username, LONG)
