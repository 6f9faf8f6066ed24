"""Signed messages from and to other agencies, by the Standard Webhooks scheme (`v1`, HMAC-SHA256).

Written here rather than taken from the `standardwebhooks` package: that one answers a hostile header or a
body that is not UTF-8 with `ValueError` or `UnicodeDecodeError` (a 500 at the edge), takes fractional and
Arabic-digit timestamps, and knows one key at a time. Its published vectors are among our tests.
"""

import binascii
import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Self

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"

TOLERANCE = timedelta(seconds=300)
SIGNATURES_READ = 10
KEY_BYTES = range(24, 65)
KEY_PREFIX = "whsec_"

# No dot: with one, `id.timestamp.body` could be cut in two ways and one signature would serve two messages.
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class SignatureRefused(Exception):
    """The message cannot be trusted. `reason` is for the log; the sender gets nothing but 401."""

    code: ClassVar[str] = "signature_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class SignedMessage:
    """A verified message: the text that was signed, and the id it was sent under."""

    id: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class SigningKey:
    """A shared secret of 24 to 64 bytes; never prints itself."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) not in KEY_BYTES:
            raise ValueError("a webhook key has 24 to 64 bytes")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the form keys are exchanged in: `whsec_` and base64."""
        try:
            return cls(b64decode(text.removeprefix(KEY_PREFIX), validate=True))
        except (binascii.Error, ValueError):
            raise ValueError("a webhook key is base64 of 24 to 64 bytes") from None

    def to_text(self) -> str:
        """The form `from_text` reads back."""
        return KEY_PREFIX + b64encode(self.secret).decode("ascii")


def sign(message_id: str, *, timestamp: int, body: bytes, key: SigningKey) -> str:
    """One entry of the signature header, over the exact bytes of the body."""
    signed = b".".join((message_id.encode("ascii"), str(timestamp).encode("ascii"), body))
    return "v1," + b64encode(hmac.digest(key.secret, signed, hashlib.sha256)).decode("ascii")


def signed_headers(
    message_id: str, *, body: bytes, keys: Sequence[SigningKey], at: datetime
) -> dict[str, str]:
    """The three headers of a message, signed by every live key so that the receiver may hold either."""
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a message id is 1 to 100 of A-Z a-z 0-9 _ -")
    timestamp = int(at.timestamp())
    signatures = (sign(message_id, timestamp=timestamp, body=body, key=key) for key in keys)
    return {
        ID_HEADER: message_id,
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: " ".join(signatures),
    }


def verify(
    headers: Mapping[str, str | None], *, body: bytes, keys: Sequence[SigningKey], now: datetime
) -> str:
    """Give the message id when one of the live keys signed exactly these bytes within the last or next 300 s.

    Raises `SignatureRefused` and nothing else, whatever the headers and the body hold. Being fresh is not
    being new: the caller still refuses an id, or a contract version, it has already applied.
    """
    message_id = _required(headers, ID_HEADER)
    timestamp = _required(headers, TIMESTAMP_HEADER)
    signatures = _required(headers, SIGNATURE_HEADER)
    if not _MESSAGE_ID.fullmatch(message_id):
        raise SignatureRefused("message_id_malformed")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise SignatureRefused("timestamp_malformed")
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
        raise SignatureRefused("timestamp_outside_tolerance")
    _require_signature(signatures, signed=f"{message_id}.{timestamp}.".encode("ascii") + body, keys=keys)
    return message_id


def _required(headers: Mapping[str, str | None], name: str) -> str:
    """The one value of a header whatever its case; the same name twice is refused, not resolved."""
    values = [value for key, value in headers.items() if key.lower() == name]
    if len(values) != 1 or not isinstance(values[0], str):
        raise SignatureRefused(f"{name.replace('-', '_')}_missing_or_repeated")
    return values[0]


def _require_signature(signatures: str, *, signed: bytes, keys: Sequence[SigningKey]) -> None:
    """Compare every entry with every key, in constant time and without leaving early."""
    expected = [b"v1," + b64encode(hmac.digest(key.secret, signed, hashlib.sha256)) for key in keys]
    # The encoded forms are compared: decoding first would let several spellings of one signature pass.
    offered = [
        entry.encode("utf-8", "backslashreplace")
        for entry in signatures.split(" ", SIGNATURES_READ)[:SIGNATURES_READ]
    ]
    matches = [hmac.compare_digest(entry, right) for entry in offered for right in expected]
    if not any(matches):
        raise SignatureRefused("no_live_key_matches")
