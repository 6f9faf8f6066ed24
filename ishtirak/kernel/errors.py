"""Refusals of the domain.

Every refusal is a type with a stable `code`; edges choose the HTTP status or the workflow error.

Facts given to a refusal fill the placeholders of its text in `edge/locale`; they never hold personal data, because
they travel to logs and answers alike.
"""

from collections.abc import Mapping
from typing import ClassVar

Fact = str | int | bool | None


class DomainError(Exception):
    """A refusal with a public, stable, translated `code`. The facts are for its text and for the log."""

    code: ClassVar[str]
    rule: ClassVar[str] = ""
    """The id of the rule that refuses, where one does (`REG-04`)."""
    source: ClassVar[str] = ""
    """Where the rule is written: article and paragraph."""

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code)
        self.facts: Mapping[str, Fact] = facts
        self.pointer = ""
        """JSON pointer to the field the person has to look at; set by who knows the form."""

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.facts.items())])


class Refused(DomainError):
    """A rule of the register forbids it, whoever asks (409)."""


class Incomplete(DomainError):
    """Something the person must still do is missing, or a field is not acceptable (422)."""


class Invalid(Incomplete):
    """One field is not acceptable; `pointer` is its JSON pointer in what was sent."""

    code = "field_not_accepted"

    def __init__(self, pointer: str = "", **facts: Fact) -> None:
        super().__init__(**facts)
        self.pointer = pointer


class NotFound(DomainError):
    """Absent, or outside the caller's scope: nobody learns which (404)."""

    code = "not_found"


class Denied(DomainError):
    """The caller is known, and this operation is not for their role (403)."""

    code = "not_for_this_role"


class NotAuthentic(DomainError):
    """A credential, code or signature that does not hold (401)."""

    code = "not_authentic"


class TooMany(DomainError):
    """A limit in time; the fact `retry_after` is in seconds (429)."""

    code = "too_many"


class Unavailable(DomainError):
    """Temporary: an outside party or the store did not answer; asking again later may work (503)."""

    code = "unavailable"


class ChangedMeanwhile(DomainError):
    """Somebody else changed it after it was read (412 where the caller named a version, else 409)."""

    code = "changed_meanwhile"
