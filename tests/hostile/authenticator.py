"""An authenticator app in somebody's hand: what it shows, and how it is enrolled and used over HTTP."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import time_machine

from local.client import Answer, Person

FACTORS = "/v1/me/factors"
PERIOD = 30


@dataclass
class Authenticator:
    """An app with a secret in it. Written from RFC 6238, not with the library the system uses."""

    secret: str
    recovery_codes: list[str]

    def shows(self, *, steps: int = 0) -> str:
        """The code now, or so many steps from now."""
        return code_at(self.secret, int(time.time()) // PERIOD + steps)


@contextmanager
def at_the_beginning_of_a_step() -> Iterator[None]:
    """So that what an app shows does not change between being read and being sent."""
    with time_machine.travel((time.time() // PERIOD + 1) * PERIOD + 1, tick=True):
        yield


def code_at(secret: str, step: int) -> str:
    """The six digits of one step (RFC 4226, 5.3)."""
    tag = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = tag[-1] & 15
    number = struct.unpack(">I", tag[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def begin(person: Person) -> tuple[dict[str, str], str]:
    """An enrolment under way, and the code that arrived on the phone for it."""
    seen = len(person.phone())
    begun = person.ask("POST", f"{FACTORS}/enrolments").expect(201).body
    return begun, person.code_after(seen)


def confirm(person: Person, challenge_id: str, code: str, authenticator_code: str) -> Answer:
    return person.ask(
        "POST",
        f"{FACTORS}/enrolments/{challenge_id}/confirmation",
        {"code": code, "authenticator_code": authenticator_code},
    )


def enrolled(person: Person) -> Authenticator:
    """The person's app, enrolled with the code from the step before, so that the one it shows now is unused."""
    begun, code = begin(person)
    app = Authenticator(begun["secret"], [])
    confirmed = confirm(person, begun["challenge_id"], code, app.shows(steps=-1)).expect(201).body
    app.recovery_codes = confirmed["recovery_codes"]
    return app


def ask_to_sign_in(person: Person, *, password: str | None = None, username: str | None = None) -> str:
    """The first step of signing in; the challenge of the second."""
    body = {"username": username or person.username, "password": password or person.password}
    challenge: str = person.ask("POST", "/v1/sign-in", body).expect(202).body["challenge_id"]
    return challenge


def answer_with(person: Person, challenge_id: str, code: object, *, kind: str = "TOTP") -> Answer:
    """The second step, with another factor than the code from the SMS."""
    return person.ask("POST", "/v1/sign-in/code", {"challenge_id": challenge_id, "code": code, "kind": kind})
