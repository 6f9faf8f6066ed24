"""The HTTP contract of one operation, declared once: what routing, decoding and the OpenAPI document are made from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

from pydantic import BaseModel

from ishtirak.edge.http.access import OperationAccess
from ishtirak.edge.http.query import NoQuery
from ishtirak.kernel.caller import Role
from ishtirak.kernel.value import ID_FORM

_PATH_PARAMETER = re.compile(r"<(\w+)>")
_PATH_FORMS: Final[Mapping[str, str]] = {
    "_id": ID_FORM,
    "number": "^7[0-9]{9}$",
    "certificate_code": "^[0-9A-HJKMNP-TV-Z]{26}$",
}
"""The form of a path parameter by how its name ends: an id of ours, an `EstablishmentNumber`, or a code."""
BEFORE_THE_FUNCTION: Final = frozenset({403, 413, 429, 502, 504})
"""What the gateway and its firewall may answer to any request, whoever it is for."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method on one path.

    Who may call it is not said here: `under` gives it its row of the authorisation table. An `idempotent` one demands
    an `Idempotency-Key`, a `versioned` one `If-Match`. The body is a `takes`; its fields reach the use case by their
    names, or whole under `body_as`. One that takes none refuses a body that says anything, unless it `reads_bytes`.
    The fields of `query` reach the use case by their names, too. `refusals` are statuses beyond those that follow from
    the rest.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    summary: str
    gives: type[BaseModel]
    takes: type[BaseModel] | None = None
    body_as: str | None = None
    status: int = 200
    idempotent: bool = False
    versioned: bool = False
    reads_bytes: bool = False
    """The handler reads the body itself, byte by byte (`edge.webhook`)."""
    refusals: frozenset[int] = frozenset()
    query: type[BaseModel] = NoQuery
    tags: tuple[str, ...] = ()
    description: str | None = None
    access: OperationAccess | None = None

    def under(self, access: OperationAccess) -> "Operation":
        """The operation, with who may call it."""
        return replace(self, access=access)

    @cached_property
    def roles(self) -> frozenset[Role] | None:
        """Whoever may call it; None where nobody has to be signed in."""
        return self.authorised.roles

    @property
    def authorised(self) -> OperationAccess:
        """Its row of the authorisation table."""
        if self.access is None:
            raise TypeError(f"nobody said who may call {self.method} {self.path}")
        return self.access

    @property
    def path_parameters(self) -> tuple[str, ...]:
        return tuple(_PATH_PARAMETER.findall(self.path))

    @cached_property
    def path_forms(self) -> Mapping[str, re.Pattern[str]]:
        """The form of each path parameter whose name says one, over all of it."""
        return {
            name: re.compile(form)
            for name in self.path_parameters
            for ending, form in _PATH_FORMS.items()
            if name.endswith(ending)
        }

    @property
    def body_parameters(self) -> tuple[str, ...]:
        """The names under which the body reaches the use case."""
        if self.takes is None:
            return ()
        return (self.body_as,) if self.body_as else tuple(self.takes.model_fields)

    @property
    def refusal_statuses(self) -> frozenset[int]:
        """Every status this operation may refuse with, and those that are answered before it is asked."""
        statuses = {400, 422, 500, 503} | BEFORE_THE_FUNCTION | self.refusals
        statuses |= {401} if self.roles is not None else set()
        statuses |= {404} if self.path_parameters else set()
        statuses |= set() if self.reads_bytes else {415}
        statuses |= {409} if self.idempotent else set()
        return frozenset(statuses | ({409, 412, 428} if self.versioned else set()))


def get(path: str, **contract: Any) -> Operation:
    """A reading."""
    return _operation("GET", path, **contract)


def post(path: str, *, idempotent: bool = True, **contract: Any) -> Operation:
    """An effect; `idempotent=False` only where repeating it is harmless by itself."""
    return _operation("POST", path, idempotent=idempotent, **contract)


def put(path: str, **contract: Any) -> Operation:
    """A change of what the caller read."""
    return _operation("PUT", path, versioned=True, **contract)


def delete(path: str, *, versioned: bool = True, **contract: Any) -> Operation:
    """A removal from what the caller read; `versioned=False` only where there is nothing to have read of it."""
    return _operation("DELETE", path, versioned=versioned, **contract)


def _operation(
    method: Literal["GET", "POST", "PUT", "DELETE"],
    path: str,
    *,
    refusals: Iterable[int] = (),
    **contract: Any,
) -> Operation:
    return Operation(
        method=method,
        path=path,
        refusals=frozenset(refusals),
        **contract,
    )
