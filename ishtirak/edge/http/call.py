"""One HTTP request, decoded: the caller the authorizer authenticated, the body by its model, the headers that bind."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from ishtirak.edge.http import problems
from ishtirak.edge.http.decode import Malformed, decode
from ishtirak.edge.http.operation import Operation
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import Denied, NotAuthentic, NotFound
from ishtirak.kernel.value import Value

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_SECONDS = re.compile(r"[0-9]{1,11}")
_ETAG = re.compile(r'"(\d{1,9})"', re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class EmptyBody(Value):
    """The body of an operation that takes none."""


@dataclass(frozen=True)
class IdempotencyKey:
    """The key of one request: whose (`scope`: caller and operation), which, and over what content."""

    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Call[Body]:
    """One request, decoded: what a view may look at besides the use case's result."""

    body: Body
    language: str
    query: Mapping[str, Any]
    """The query parameters the operation declares, parsed."""
    headers: Mapping[str, str]
    raw: bytes
    signed_in: Caller | None
    key: IdempotencyKey | None
    version: int | None
    address: str = ""
    """The network address the gateway saw the request come from; nothing a client writes."""

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
) -> Call[Any]:
    """The call in an API Gateway proxy event, or the refusal: signed in, allowed, well-formed, in this order."""
    signed_in = caller_of(event)
    if operation.roles is not None:
        if signed_in is None:
            raise NotAuthentic()
        if not operation.roles & signed_in.roles:
            raise Denied()
    for parameter, value in path_parameters.items():
        if parameter.endswith("_id") and not _ID.fullmatch(value):
            raise NotFound()
    raw = _raw(event)
    key = _key(name, headers, signed_in, raw, event) if operation.idempotent else None
    version = _version(headers) if operation.versioned else None
    if operation.refuses_body and raw:
        read_body(EmptyBody, raw)
    given = event.get("queryStringParameters") or {}
    return Call(
        body=read_body(operation.takes, raw) if operation.takes else None,
        language=language,
        query={parameter: parse(given.get(parameter)) for parameter, parse in operation.query.items()},
        headers=headers,
        raw=raw,
        signed_in=signed_in,
        key=key,
        version=version,
        address=_address(event),
    )


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The headers by lower-case name."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def read_body[Model: BaseModel](model: type[Model], raw: bytes) -> Model:
    """The body, strictly decoded and validated; `Malformed`, `TooLarge` or `FieldsRefused` otherwise."""
    decode(raw)
    try:
        return model.model_validate_json(raw, strict=True)
    except ValidationError as refused:
        raise problems.FieldsRefused(refused) from None


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
    match = _ETAG.fullmatch(tag)
    if match is None:
        raise problems.VersionStale()
    return int(match[1])


def _key(
    name: str, headers: Mapping[str, str], signed_in: Caller | None, raw: bytes, event: Mapping[str, Any]
) -> IdempotencyKey:
    key = headers.get("idempotency-key")
    if not key:
        raise problems.KeyMissing()
    if not _KEY.fullmatch(key):
        raise problems.BadRequest(header="Idempotency-Key")
    who = signed_in.subject if signed_in else "anonymous"
    content = b"\n".join([event["httpMethod"].encode(), event["path"].encode(), raw])
    return IdempotencyKey(scope=f"{who}:{name}", key=key, fingerprint=hashlib.sha256(content).hexdigest())


def _address(event: Mapping[str, Any]) -> str:
    identity = (event.get("requestContext") or {}).get("identity") or {}
    return str(identity.get("sourceIp") or "")


def caller_of(event: Mapping[str, Any]) -> Caller | None:
    """The person the authorizer authenticated; nothing a client can send is read here.

    Somebody without a person id is nobody here: ownership and four eyes are decided by it.
    """
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    claims = authorizer.get("claims") or {}
    subject, person_id = claims.get("sub"), claims.get("custom:person_id")
    if not subject or not person_id:
        return None
    return Caller(
        subject=str(subject),
        person_id=str(person_id),
        roles=_roles(claims.get("cognito:groups")),
        signed_in_at=_moment(claims.get("auth_time")),
    )


def _moment(seconds: Any) -> datetime | None:
    """When the password was given, in whole seconds; a renewed token still says so."""
    text = str(seconds)
    return datetime.fromtimestamp(int(text), UTC) if _SECONDS.fullmatch(text) else None


def _roles(groups: Any) -> frozenset[Role]:
    """The groups that are roles, each by its whole name: gateways write `a,b`, `[a b]` or a list."""
    names = groups if isinstance(groups, list) else re.split(r"[\s,]+", str(groups or "").strip().strip("[]"))
    return frozenset(Role(name) for name in names if name in set(Role))
