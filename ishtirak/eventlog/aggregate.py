"""What an event is about: one subject format, one chain for each subject."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class AggregateKind(StrEnum):
    """The kinds of things that have an event chain of their own."""

    REQUEST = "request"
    DOCUMENT = "document"
    ACCOUNT = "account"
    CHALLENGE = "challenge"
    PAYMENT = "payment"
    FACTORS = "factors"
    DELEGATION = "delegation"
    ESTABLISHMENT = "establishment"
    LOGIN = "login"
    DISCLOSURE = "disclosure"
    CERTIFICATE = "certificate"
    REGISTRY = "registry"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One thing that changes by events, and the key all of them are stored under.

    It is written `kind/key`: in events (`subject`), in the log, and as the partition of its items. A key may hold
    slashes of its own: an account is `account/<person id>/<system>`.
    """

    kind: AggregateKind
    key: str

    @classmethod
    def parse(cls, subject: str) -> Self:
        """Read the form `str` writes; `ValueError` for anything else."""
        kind, separator, key = subject.partition("/")
        if not separator or not key:
            raise ValueError("a subject is written kind/key")
        return cls(AggregateKind(kind), key)

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"
