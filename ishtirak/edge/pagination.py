"""Pages over HTTP: the query of an operation that gives one, and cursors nobody can make up.

A cursor names its position in clear and carries a keyed hash over list and position: one of another list, or one that
was touched, is refused like any other field that is not acceptable.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Annotated, Final

from pydantic import Field

from ishtirak.edge.http.query import Cursor, WholeNumber
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.errors import Invalid
from ishtirak.kernel.value import Value

MAX_LIMIT: Final = 100
DEFAULT_LIMIT: Final = 50
_TAG_BYTES: Final = 16
_POSITION: Final = {"field": "cursor"}
"""What a position is encrypted for; the list it is of is in the keyed hash."""

NextPage = Annotated[str | None, Field(description="Where the next page begins (`after`); null on the last")]
"""The field `next` of an answer that gives a page."""


class SignedCursors:
    """The `Cursors` port on a keyed hash: one call to the key for each cursor written or read."""

    def __init__(self, mac: Mac) -> None:
        self._mac = mac

    def write(self, listing: str, position: str) -> str:
        tag = self._tag(listing, position)
        return urlsafe_b64encode(tag + position.encode()).decode().rstrip("=")

    def read(self, listing: str, cursor: str) -> str:
        try:
            content = urlsafe_b64decode((cursor + "=" * (-len(cursor) % 4)).encode("ascii"))
            position = content[_TAG_BYTES:].decode("utf-8")
        except (NotBase64, ValueError):
            raise Invalid("/after") from None
        # the text is compared, not what it decodes to: base64 has several spellings of one content
        if not hmac.compare_digest(self.write(listing, position), cursor):
            raise Invalid("/after")
        return position

    def _tag(self, listing: str, position: str) -> bytes:
        return self._mac.of(f"cursor-v1|{len(listing)}|{listing}|{position}".encode())[:_TAG_BYTES]


class EncryptedCursors:
    """The `Cursors` port for positions that are personal data, such as names: encrypted, then authenticated.

    So a position nobody wrote is refused before anything is decrypted, and an address that is logged names nobody.
    """

    def __init__(self, mac: Mac, encryption: Encryption) -> None:
        self._signed = SignedCursors(mac)
        self._encryption = encryption

    def write(self, listing: str, position: str) -> str:
        return self._signed.write(listing, self._encryption.encrypt(position, _POSITION))

    def read(self, listing: str, cursor: str) -> str:
        return self._encryption.decrypt(self._signed.read(listing, cursor), _POSITION)


class PageQuery(Value):
    """The query of an operation that gives a page."""

    limit: Annotated[int, WholeNumber(1, MAX_LIMIT)] = Field(
        default=DEFAULT_LIMIT, description="How many a page holds at most"
    )
    after: Cursor | None = Field(
        default=None, description="The `next` of the page before; the first page without"
    )
