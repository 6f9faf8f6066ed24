"""What the functions of logins, passwords and sessions are permitted, each of it used once."""

from local.client import Person
from local.environment import Environment
from local.simulators.people import roster
from tests.flows.coming_in import (
    ANOTHER,
    CHOSEN,
    change_password,
    claim_of,
    recover_password,
    sign_up,
)


def come_in(system: Environment) -> None:
    """Somebody the register does not know signs up, changes the password, forgets it, and ends sessions."""
    synthetic = roster().person("yousef")
    mobile = synthetic.mobile
    assert mobile is not None
    person = Person(system.cloud.url, "yousef.a", CHOSEN, lambda: system.messages_to(mobile.reveal()))
    sign_up(person, claim_of(synthetic)).sign_in()
    change_password(person, ANOTHER).expect(200)
    sessions = person.ask("GET", "/v1/me/sessions").expect(200).body["sessions"]
    person.ask("POST", "/v1/me/sessions/others/end").expect(200)
    person.ask("DELETE", f"/v1/me/sessions/{sessions[0]['id']}").expect(200)
    recover_password(person, claim_of(synthetic), CHOSEN).expect(200)
    _shows_a_first_password(system, person)


def _shows_a_first_password(system: Environment, person: Person) -> None:
    """Whoever shows one is asked for in the pool; what follows is as signing up is."""
    typed = {"username": "nobody", "password": "A-first-passw0rd"}
    person.ask("POST", "/v1/first-password", typed).expect(202)
    system.cloud.settle(timeout=5)
