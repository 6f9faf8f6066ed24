"""Doing a thing once, however often it is asked for.

The answer of a request with an `Idempotency-Key` is kept in the same transaction as its effect. So there is
no moment at which the effect stands without its answer, and a second request with the same key finds either
nothing or everything.
"""

from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True)
class Reply[Body: BaseModel]:
    """What a use case answers.

    `etag` is the version of what was read or written; `location` the path of what was made.
    """

    body: Body
    etag: int | None = None
    location: str | None = None


@dataclass(frozen=True)
class KeptAnswer:
    """A finished request's answer, ready to be given again byte for byte."""

    fingerprint: str
    status: int
    body: str
    etag: int | None = None
    location: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Once:
    """One request with an `Idempotency-Key`: whose (`scope` = caller and operation), which, and over what content."""

    scope: str
    key: str
    fingerprint: str
    status: int
    language: str = "ar"
    """The language of the answer: it is given again as it was, whatever language is asked for then."""

    def keep[Body: BaseModel](self, reply: Reply[Body]) -> KeptAnswer:
        return KeptAnswer(
            fingerprint=self.fingerprint,
            status=self.status,
            body=reply.body.model_dump_json(),
            etag=reply.etag,
            location=reply.location,
            language=self.language,
        )
