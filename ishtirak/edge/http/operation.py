"""The HTTP contract of one operation, declared once: what routing, decoding and the OpenAPI document are made from."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from ishtirak.kernel.caller import Role

type QueryParser = Callable[[str | None], Any]
"""Reads one query parameter (None: it was left out); raises `Invalid` for what is not acceptable."""

_PATH_PARAMETER = re.compile(r"<(\w+)>")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method on one path.

    `roles` None says that nobody has to be signed in. An `idempotent` one demands an `Idempotency-Key`, a `versioned`
    one `If-Match`. The body is a `takes`; its fields reach the use case by their names, or whole under `body_as`.
    `refusals` are statuses beyond those that follow from the rest.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    summary: str
    gives: type[BaseModel]
    roles: frozenset[Role] | None
    takes: type[BaseModel] | None = None
    body_as: str | None = None
    status: int = 200
    idempotent: bool = False
    versioned: bool = False
    refuses_body: bool = False
    """A body may be left out, and nothing may be in one: what it would say is not the caller's to say."""
    refusals: frozenset[int] = frozenset()
    query: Mapping[str, QueryParser] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    description: str | None = None

    @property
    def path_parameters(self) -> tuple[str, ...]:
        return tuple(_PATH_PARAMETER.findall(self.path))

    @property
    def body_parameters(self) -> tuple[str, ...]:
        """The names under which the body reaches the use case."""
        if self.takes is None:
            return ()
        return (self.body_as,) if self.body_as else tuple(self.takes.model_fields)

    @property
    def refusal_statuses(self) -> frozenset[int]:
        """Every status this operation may refuse with."""
        statuses = {400, 422, 500} | self.refusals
        statuses |= {401, 403} if self.roles is not None else set()
        statuses |= {404} if self.path_parameters else set()
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


def delete(path: str, **contract: Any) -> Operation:
    """A removal from what the caller read."""
    return _operation("DELETE", path, versioned=True, **contract)


def _operation(
    method: Literal["GET", "POST", "PUT", "DELETE"],
    path: str,
    *,
    roles: Iterable[Role] | None,
    refusals: Iterable[int] = (),
    **contract: Any,
) -> Operation:
    return Operation(
        method=method,
        path=path,
        roles=None if roles is None else frozenset(roles),
        refusals=frozenset(refusals),
        **contract,
    )
