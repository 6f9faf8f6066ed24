"""A presigned POST is held to its policy, and a browser to the bucket's CORS rules.

Upstream: moto 5.2.5 stores whatever is posted to a bucket: wrong or no signature, expired, another key, any
size (by design); and refuses CORS preflights. Here a gate before moto checks what S3
checks: signature, expiry, every condition, fields no condition allows, the length range and the SHA-256
checksum. Unsigned requests of any other kind are refused.
"""

import base64
import binascii
import fnmatch
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

_OWN_FIELDS = frozenset({"policy", "x-amz-signature", "file"})


class Refused(Exception):
    """What S3 answers instead of storing."""

    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    def response(self) -> Response:
        text = self.message.replace("&", "&amp;").replace("<", "&lt;")
        error = f"<Error><Code>{self.code}</Code><Message>{text}</Message></Error>"
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
        return Response(body, self.status, mimetype="application/xml")


def signing_key(secret: str, scope: Iterable[str]) -> bytes:
    """The key of one day, region and service (signature version 4)."""
    key = ("AWS4" + secret).encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return key


@dataclass(frozen=True)
class PostPolicy:
    """Checks a browser upload: the credentials it may be signed with, and the time."""

    credentials: Mapping[str, str]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def check(self, bucket: str, fields: Mapping[str, str], content: bytes) -> None:
        """Raise what S3 would answer; return when it would store."""
        given = {name.lower(): value for name, value in fields.items()} | {"bucket": bucket}
        policy = self._signed_policy(given)
        self._check_expiry(policy)
        allowed = {
            name for condition in policy["conditions"] for name in _check(condition, given, len(content))
        }
        extra = sorted(
            name
            for name in given
            if name not in allowed | _OWN_FIELDS | {"bucket"} and not name.startswith("x-ignore-")
        )
        if extra:
            raise Refused("AccessDenied", f"Invalid according to Policy: Extra input fields: {extra[0]}")
        if not given.get("key"):
            raise Refused("InvalidArgument", "Bucket POST must contain a field named 'key'.", 400)
        _check_digest(given, content)

    def _signed_policy(self, given: Mapping[str, str]) -> dict[str, Any]:
        if not {"policy", "x-amz-signature", "x-amz-credential"} <= set(given):
            raise Refused("AccessDenied", "Access Denied")
        key_id, *scope = given["x-amz-credential"].split("/")
        if key_id not in self.credentials:
            raise Refused(
                "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."
            )
        if len(scope) != 4 or scope[2:] != ["s3", "aws4_request"]:
            raise Refused("InvalidArgument", "the X-Amz-Credential field is malformed", 400)
        secret = signing_key(self.credentials[key_id], scope)
        expected = hmac.digest(secret, given["policy"].encode(), "sha256").hex()
        if not hmac.compare_digest(expected.encode(), given["x-amz-signature"].encode()):
            raise Refused(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            )
        try:
            policy = json.loads(base64.b64decode(given["policy"], validate=True))
            datetime.fromisoformat(policy["expiration"])
            list(policy["conditions"])
        except (binascii.Error, ValueError, KeyError, TypeError):
            raise Refused("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.", 400) from None
        return dict(policy)

    def _check_expiry(self, policy: Mapping[str, Any]) -> None:
        if self.now() >= datetime.fromisoformat(policy["expiration"]):
            raise Refused("AccessDenied", "Invalid according to Policy: Policy expired.")


def _check(condition: Any, given: Mapping[str, str], size: int) -> Iterable[str]:
    """Hold the request to one condition; the field names that condition allows."""
    if isinstance(condition, list) and condition[0] == "content-length-range":
        if size < int(condition[1]):
            raise Refused(
                "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400
            )
        if size > int(condition[2]):
            raise Refused("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400)
        return ()
    if isinstance(condition, dict):
        [(name, wanted)] = condition.items()
        operator = "eq"
    else:
        operator, name, wanted = condition[0], condition[1].removeprefix("$"), condition[2]
    name = name.lower()
    value = given.get(name)
    held = value is not None and (value.startswith(wanted) if operator == "starts-with" else value == wanted)
    if not held:
        raise Refused(
            "AccessDenied", f"Invalid according to Policy: Policy Condition failed: {json.dumps(condition)}"
        )
    return (name,)


def _check_digest(given: Mapping[str, str], content: bytes) -> None:
    wanted = given.get("x-amz-checksum-sha256")
    if wanted is not None and base64.b64encode(hashlib.sha256(content).digest()).decode() != wanted:
        raise Refused("BadDigest", "The SHA256 you specified did not match the calculated checksum.", 400)


def allowed_origin(rules: Iterable[Any], request: Request) -> dict[str, str] | None:
    """The CORS headers a bucket's rules give this request, or None when no rule allows it."""
    origin = request.headers.get("Origin")
    if not origin:
        return None
    method = request.headers.get("Access-Control-Request-Method") or request.method
    asked = request.headers.get("Access-Control-Request-Headers", "")
    headers = [name.strip().lower() for name in asked.split(",") if name.strip()]
    for rule in rules:
        origins, methods, allowed, exposed = (
            _listed(getattr(rule, name))
            for name in ("allowed_origins", "allowed_methods", "allowed_headers", "exposed_headers")
        )
        if not any(fnmatch.fnmatchcase(origin, pattern) for pattern in origins) or method not in methods:
            continue
        if not all(
            any(fnmatch.fnmatchcase(name, pattern.lower()) for pattern in allowed) for name in headers
        ):
            continue
        granted = {
            "Access-Control-Allow-Origin": "*" if origins == ["*"] else origin,
            "Access-Control-Allow-Methods": ", ".join(methods),
            "Vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
        }
        if headers:
            granted["Access-Control-Allow-Headers"] = ", ".join(headers)
        if exposed:
            granted["Access-Control-Expose-Headers"] = ", ".join(exposed)
        return granted
    return None


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value] if value else []
