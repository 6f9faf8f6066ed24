"""What S3 checks of a browser's POST and the mock does not: signature, expiry, every condition, size, checksum."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

UNCONDITIONED = frozenset({"x-amz-signature", "file", "policy"})


class Rejected(Exception):
    """S3 would answer with this error."""


def accepted_key(bucket: str, form: Mapping[str, str], content: bytes, *, secret: str, now: datetime) -> str:
    """The key the object is stored under, or `Rejected`."""
    fields = {name.lower(): value for name, value in form.items()}
    policy = json.loads(base64.b64decode(fields["policy"]))
    if not hmac.compare_digest(_signature(fields, secret), fields.get("x-amz-signature", "")):
        raise Rejected("signature does not match")
    if now > datetime.fromisoformat(policy["expiration"]):
        raise Rejected("policy expired")
    conditioned = {
        _satisfied(condition, {**fields, "bucket": bucket}, content) for condition in policy["conditions"]
    }
    extra = set(fields) - UNCONDITIONED - conditioned
    if extra:
        raise Rejected(f"extra input fields {sorted(extra)}")
    if fields["x-amz-checksum-sha256"] != base64.b64encode(hashlib.sha256(content).digest()).decode():
        raise Rejected("bad digest")
    return fields["key"]


def _satisfied(condition: Any, fields: Mapping[str, str], content: bytes) -> str:
    """The field the condition is about, once it holds."""
    if isinstance(condition, dict):
        ((name, value),) = condition.items()
        operation = "eq"
    else:
        operation, name, value = condition
    if operation == "content-length-range":
        if not name <= len(content) <= value:
            raise Rejected("entity too large or too small")
        return ""
    field = name.lstrip("$").lower()
    given = fields.get(field)
    holds = given is not None and (given == value if operation == "eq" else given.startswith(value))
    if not holds:
        raise Rejected(f"policy condition failed: {field}")
    return str(field)


def _signature(fields: Mapping[str, str], secret: str) -> str:
    key = f"AWS4{secret}".encode()
    for scope in fields["x-amz-credential"].split("/")[1:]:
        key = hmac.new(key, scope.encode(), hashlib.sha256).digest()
    return hmac.new(key, fields["policy"].encode(), hashlib.sha256).hexdigest()
