"""Typed environment, shared by the code that reads it and the stack that writes it."""

import os
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True)
class Subscription:
    """Events of one source, by type, that a function is delivered through its queue."""

    source: str
    types: tuple[str, ...]


class FunctionSettings(BaseModel):
    """The configuration of a function; one upper-case variable per field.

    The stack constructs the same class, so a name cannot drift between the two.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    log_level: str = "INFO"
    web_origins: str = ""
    """Origins of the web client, separated by commas: what an HTTP function lets a browser read."""

    @classmethod
    def from_env(cls) -> Self:
        """Read every field from its variable; a missing one fails at cold start, by name."""
        present = {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        return cls.model_validate(present)

    def to_env(self) -> dict[str, str]:
        """The variables `from_env` reads back."""
        return {name.upper(): str(value) for name, value in self.model_dump().items()}


class HttpSettings(FunctionSettings):
    """What every function that signed-in people call is configured with."""

    access_table: str
    """Where it is looked up whether a person's tokens were revoked."""
