"""One HTTP request, decoded: the caller the authorizer authenticated, the body by its model, the headers that bind."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from ishtirak.edge.http import problems
from ishtirak.edge.http.decode import Malformed, decode
from ishtirak.edge.http.operation import Operation
from ishtirak.edge.http.query import read_query
from ishtirak.kernel.access import Permit
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.errors import Denied, NotAuthentic, NotFound
from ishtirak.kernel.text import composed
from ishtirak.kernel.value import Value

KEY: Final = re.compile(r'[!#-~][!-~]{0,254}|"(?:[!#-\[\]-~]|\\["\\]){1,255}"')
"""An `Idempotency-Key`: 1 to 255 visible ASCII characters, bare, or as a string of RFC 9651 in quotes."""
ETAG: Final = re.compile(r'"[0-9]{1,9}"')
_JSON: Final = re.compile(r'application/json(?:\s*;\s*charset=("?)utf-8\1)?\s*;?', re.IGNORECASE)
_ROLES: Final = frozenset(role.value for role in Role)
NO_ROLES: Final[frozenset[Role]] = frozenset()
_SECONDS: Final = re.compile(r"[0-9]{1,11}")


class EmptyBody(Value):
    """The body of an operation that takes none: left out, or an object that says nothing."""


@dataclass(frozen=True)
class IdempotencyKey:
    """The key of one request: whose (`scope`: caller and operation), which, and over what content.

    The fingerprint covers method, path, the version read and the body: as JSON in its canonical form (RFC 8785) with
    text in NFC, so that neither spaces nor the order of fields make another request of it.
    """

    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Call[Body]:
    """One request, decoded: what a view may look at besides the use case's result."""

    body: Body
    language: str
    query: BaseModel
    """The query by the model the operation declares."""
    headers: Mapping[str, str]
    raw: bytes
    signed_in: Caller | None
    key: IdempotencyKey | None
    version: int | None
    permit: Permit
    """What the operation lets the caller reach, and how they were found to stand to what it is about."""
    source_address: str | None
    """Where the call came from, as the gateway saw it; no header of the client's has a say in it."""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of whoever is signed in."""
        return self.signed_in.roles if self.signed_in else NO_ROLES

    @property
    def caller(self) -> Caller:
        """The signed-in person; operations that ask for a role always have one."""
        if self.signed_in is None:
            raise NotAuthentic()
        return self.signed_in

    @property
    def expected_version(self) -> int:
        """The version the caller read (`If-Match`)."""
        if self.version is None:
            raise problems.VersionMissing()
        return self.version


def read_call(
    operation: Operation,
    name: str,
    event: Mapping[str, Any],
    *,
    headers: Mapping[str, str],
    language: str,
    path_parameters: Mapping[str, str],
    signed_in: Caller | None,
) -> Call[Any]:
    """The call in an API Gateway proxy event, or the refusal: signed in, allowed, there, well-formed, in this order."""
    access = operation.authorised
    if signed_in is not None:
        signed_in = replace(signed_in, permit=access.permit(signed_in.roles))
    if operation.roles is not None:
        if signed_in is None:
            raise NotAuthentic()
        if not operation.roles & signed_in.roles:
            raise Denied()
    _require_path(operation, event["path"], path_parameters)
    raw = _raw(event)
    key = _key(headers) if operation.idempotent else None
    version = _version(headers) if operation.versioned else None
    query = read_query(operation.query, _several(event, "queryStringParameters", "QueryStringParameters"))
    body, sent = _body(operation, headers, raw)
    return Call(
        body=body,
        language=language,
        query=query,
        headers=headers,
        raw=raw,
        signed_in=signed_in,
        key=None
        if key is None
        else IdempotencyKey(
            scope=f"{signed_in.subject if signed_in else 'anonymous'}:{name}",
            key=key,
            fingerprint=digest([event["httpMethod"], event["path"], version, composed(sent)]),
        ),
        version=version,
        permit=(signed_in.permit if signed_in else None) or access.permit(NO_ROLES),
        source_address=_source_address(event),
    )


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The headers by lower-case name; one that comes several times is a list (RFC 9110 section 5.2).

    So a repeated key, version or signature is none of the form asked for, instead of whichever came last.
    """
    lists: dict[str, list[str]] = {}
    for name, values in _several(event, "headers", "Headers").items():
        lists.setdefault(name.lower(), []).extend(values)
    return {name: ", ".join(values) for name, values in lists.items()}


def read_body[Model: BaseModel](model: type[Model], raw: bytes) -> Model:
    """The body, strictly decoded and validated; `Malformed`, `TooLarge` or `FieldsRefused` otherwise."""
    decode(raw)
    return _validated(model, raw)


def _body(operation: Operation, headers: Mapping[str, str], raw: bytes) -> tuple[BaseModel | None, Any]:
    """The body by its model, and the JSON it was; an operation that takes none gets no model."""
    if operation.reads_bytes:
        return None, None
    if operation.takes is None and not raw:
        return None, {}
    if raw:
        _require_json(headers)
    sent = decode(raw)
    model = _validated(operation.takes or EmptyBody, raw)
    return (model if operation.takes else None), sent


def _validated[Model: BaseModel](model: type[Model], raw: bytes) -> Model:
    try:
        return model.model_validate_json(raw, strict=True)
    except ValidationError as refused:
        raise problems.FieldsRefused(refused) from None


def _require_json(headers: Mapping[str, str]) -> None:
    """A body says that it is JSON, in UTF-8 and not compressed: what is not said is not guessed."""
    named = _JSON.fullmatch(headers.get("content-type", "").strip())
    if not named or headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise problems.MediaTypeRefused()


def _require_path(operation: Operation, path: str, parameters: Mapping[str, str]) -> None:
    """Nothing is there but under its exact path: no slash or line break after it, no other spelling of an id."""
    exact = operation.path
    for name, value in parameters.items():
        if not operation.path_forms[name].fullmatch(value):
            raise NotFound()
        exact = exact.replace(f"<{name}>", value)
    if exact != path:
        raise NotFound()


def _several(event: Mapping[str, Any], name: str, plural: str) -> Mapping[str, Sequence[str]]:
    """What may come several times, by name: every value of each, in their order."""
    every = event.get(f"multiValue{plural}")
    return every if every else {one: [value] for one, value in (event.get(name) or {}).items()}


def _raw(event: Mapping[str, Any]) -> bytes:
    """The body as it was sent. What cannot be bytes is not decoded any further."""
    text = event.get("body") or ""
    try:
        return base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, ValueError):
        raise Malformed(reason="not_utf8") from None


def _version(headers: Mapping[str, str]) -> int:
    tag = headers.get("if-match")
    if tag is None:
        raise problems.VersionMissing()
    if not ETAG.fullmatch(tag):
        raise problems.VersionStale()
    return int(tag.strip('"'))


def _key(headers: Mapping[str, str]) -> str:
    """The key, in quotes as the IETF's draft writes it (a string of RFC 9651) or without: both are the same key."""
    key = headers.get("idempotency-key")
    if not key:
        raise problems.KeyMissing()
    if not KEY.fullmatch(key):
        raise problems.BadRequest(header="Idempotency-Key")
    return re.sub(r"\\(.)", r"\1", key[1:-1]) if key.startswith('"') else key


def caller_of(event: Mapping[str, Any]) -> Caller | None:
    """The person the authorizer authenticated; nothing a client can send is read here.

    Somebody without a person id is nobody here: ownership and four eyes are decided by it. A claim of another shape
    than the authorizer writes says nothing.
    """
    claims = event
    for part in ("requestContext", "authorizer", "claims"):
        claims = claims.get(part) or {}
        if not isinstance(claims, dict):
            return None
    subject, person_id = claims.get("sub"), claims.get("custom:person_id")
    if not (isinstance(subject, str) and isinstance(person_id, str) and subject and person_id):
        return None
    return Caller(
        subject=subject,
        person_id=person_id,
        roles=_roles(claims.get("cognito:groups")),
        signed_in_at=_moment(claims.get("auth_time")),
        sign_in_id=_sign_in_id(claims.get("origin_jti")),
    )


def _moment(seconds: Any) -> datetime | None:
    """When the password was given, in whole seconds; a renewed token still says so."""
    text = str(seconds)
    return datetime.fromtimestamp(int(text), UTC) if _SECONDS.fullmatch(text) else None


def _sign_in_id(claim: Any) -> str | None:
    """Cognito's own id of the sign-in, which every token renewed from it repeats."""
    return claim if isinstance(claim, str) and claim else None


def _source_address(event: Mapping[str, Any]) -> str | None:
    identity = (event.get("requestContext") or {}).get("identity") or {}
    address = identity.get("sourceIp")
    return str(address) if address else None


def _roles(groups: Any) -> frozenset[Role]:
    """The groups that are roles, each by its whole name: gateways write `a,b`, `[a b]` or a list."""
    if isinstance(groups, str):
        groups = re.split(r"[\s,]+", groups.strip().strip("[]"))
    if not isinstance(groups, list):
        return frozenset()
    return frozenset(Role(name) for name in groups if isinstance(name, str) and name in _ROLES)
