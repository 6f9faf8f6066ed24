"""HTTP byte by byte, and every operation there is: no client stands between a test and the API."""

import json
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from ishtirak.edge.http.operation import Operation
from ishtirak.kernel.caller import Role
from local.client import Person
from tests.flows.world import World
from tools.openapi import built, functions

ABSENT = "00000000-0000-4000-8000-00000000dead"
_FORMS = {"number": "7000000001", "certificate_code": "0" * 26}
_HOLDERS = {
    Role.CONTRIBUTOR: "noura",
    Role.OFFICER: "faisal",
    Role.SUPERVISOR: "huda",
    Role.ADMINISTRATOR: "turki",
}


@dataclass(frozen=True)
class Told:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem, which has to be whole, and in JSON whoever answered."""
        assert self.headers["content-type"] == "application/problem+json", self
        problem = self.json
        assert problem.get("status", self.status) == self.status, self
        return str(problem["code"])

    @property
    def pointers(self) -> dict[str, str]:
        """What is wrong, by where."""
        return {error["pointer"]: error["code"] for error in self.json.get("errors", ())}


def send(
    world: World,
    method: str,
    target: str | bytes,
    *,
    by: Person | None = None,
    headers: Iterable[tuple[str, str | bytes]] = (),
    body: bytes = b"",
    length: bool = True,
) -> Told:
    """One request with exactly these headers, and the length of the body unless that is what is tried."""
    address = urlsplit(world.cloud.url)
    lines = [_bytes(method) + b" " + _bytes(target) + b" HTTP/1.1", b"Host: " + address.netloc.encode()]
    lines += [name.encode() + b": " + _bytes(value) for name, value in headers]
    if by is not None:
        lines.append(b"Authorization: Bearer " + str(by.token).encode())
    if body and length:
        lines.append(b"Content-Length: %d" % len(body))
    with socket.create_connection((str(address.hostname), int(address.port or 80)), timeout=20) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        answered = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, content = answered.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    pairs = (field.partition(": ") for field in fields)
    return Told(int(status.split()[1]), {name.lower(): value for name, _, value in pairs}, content)


def sent_json(
    world: World, method: str, target: str, body: Any, *, by: Person, key: str | None = None, **more: Any
) -> Told:
    """One request with a body: bytes as they are, anything else as JSON."""
    headers = [("Content-Type", "application/json"), *more.pop("headers", ())]
    headers += [("Idempotency-Key", key)] if key is not None else []
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(world, method, target, by=by, headers=headers, body=content, **more)


@cache
def every_operation() -> dict[str, Operation]:
    """All operations by name, as the functions are built with them."""
    return {name: each for function in functions() for name, each in built(function).operations.items()}


def address_of(operation: Operation) -> str:
    """Its path with ids of nothing."""
    path = operation.path
    for name in operation.path_parameters:
        path = path.replace(f"<{name}>", _FORMS.get(name, ABSENT))
    return path


def somebody_for(world: World, operation: Operation) -> Person | None:
    """Somebody who may ask for the operation; nobody where nobody has to be signed in."""
    if operation.roles is None:
        return None
    role = next(role for role in _HOLDERS if role in operation.roles)
    if role is Role.ADMINISTRATOR:  # nobody is from the start: an operator makes the first ones
        world.cloud.client("cognito-idp").admin_add_user_to_group(
            UserPoolId=world.cloud.outputs["UserPoolId"], Username=_HOLDERS[role], GroupName=role.value
        )
    return world.holding_a_token(_HOLDERS[role])


def headers_for(operation: Operation, *, key: str = "a-key") -> list[tuple[str, str]]:
    """The headers the operation demands."""
    headers = [("Idempotency-Key", key)] if operation.idempotent else []
    return headers + ([("If-Match", '"1"')] if operation.versioned else [])


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
