"""How long a code lives and how often one is sent: dated data, not constants."""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(_Value):
    """At most `codes` within any `seconds` in a row."""

    seconds: int = Field(gt=0)
    codes: int = Field(gt=0)


class CodePolicy(_Value):
    """The limits in force from a date. `assumed` says that no official source gives them."""

    in_force_from: date
    assumed: bool
    source: str
    digits: int = Field(ge=6, le=10)
    lifetime_seconds: int = Field(gt=0, le=600)
    tries: int = Field(gt=0, le=5)
    resend_after_seconds: int = Field(ge=0)
    windows: tuple[Window, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _history_outlives_a_code(self) -> Self:
        """A resend has to find the code it kills, so the history is at least as long as a code's life."""
        if self.longest_window < self.lifetime:
            raise ValueError("the longest window is shorter than a code's lifetime")
        return self

    @property
    def lifetime(self) -> timedelta:
        return timedelta(seconds=self.lifetime_seconds)

    @property
    def resend_after(self) -> timedelta:
        return timedelta(seconds=self.resend_after_seconds)

    @property
    def longest_window(self) -> timedelta:
        return timedelta(seconds=max(window.seconds for window in self.windows))


@cache
def policies() -> tuple[CodePolicy, ...]:
    """Every policy there was, oldest first."""
    table = json.loads(Path(__file__).with_name("policy.json").read_text(encoding="utf-8"))
    return tuple(
        sorted((CodePolicy.model_validate(entry) for entry in table), key=lambda entry: entry.in_force_from)
    )


def policy_on(day: date) -> CodePolicy:
    """The policy in force on a day."""
    return next(entry for entry in reversed(policies()) if entry.in_force_from <= day)
