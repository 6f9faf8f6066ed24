"""An answer of the API, and the form it is kept in under an `Idempotency-Key`."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from pydantic import BaseModel


@dataclass(frozen=True)
class Reply[Body: BaseModel]:
    """What a view makes of a use case's result.

    `etag` is the version of what was read or written; `location` the path of what was made.
    """

    body: Body
    etag: int | None = None
    location: str | None = None


@dataclass(frozen=True)
class SavedResponse:
    """A response as it was first given, to be given again byte for byte in the language it was given in."""

    status: int
    body: str
    etag: int | None = None
    location: str | None = None
    language: str | None = None

    def to_text(self) -> str:
        """The opaque form a store keeps."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote."""
        return cls(**json.loads(text))
