"""What is kept of a request that carried an `Idempotency-Key`, whatever the way it came in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IdempotencyRecord:
    """A finished request: whose (`scope`: caller and operation), under which key, over what content, its response.

    `response` is opaque here: the edge that wrote it reads it back and gives it again byte for byte.
    """

    scope: str
    key: str
    fingerprint: str
    response: str


class IdempotencyKeyTaken(Exception):
    """The key was used by a request that finished first. The edge answers with what that one got."""
