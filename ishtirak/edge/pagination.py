"""Pages over HTTP: the query parameters `limit` and `after`, and cursors nobody can make up.

A cursor names its position in clear and carries a keyed hash over list and position: one of another list, or one that
was touched, is refused like any other field that is not acceptable.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from ishtirak.edge.http.operation import QueryParser
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.errors import Invalid

MAX_LIMIT: Final = 100
DEFAULT_LIMIT: Final = 50
_TAG_BYTES: Final = 16
_LONGEST_CURSOR: Final = 400
_DIGITS: Final = re.compile(r"[0-9]{1,3}")

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


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not _DIGITS.fullmatch(text) or not 1 <= int(text) <= MAX_LIMIT:
        raise Invalid("/limit")
    return int(text)


def _after(text: str | None) -> str | None:
    if text is not None and not 0 < len(text) <= _LONGEST_CURSOR:
        raise Invalid("/after")
    return text


PAGE: Final[Mapping[str, QueryParser]] = {"limit": _limit, "after": _after}
"""The query of an operation that gives a page: `limit` (an int) and `after` (a cursor, or None for the first page)."""
