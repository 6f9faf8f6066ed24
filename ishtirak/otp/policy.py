"""How long a code is valid and how often one is sent: dated data, not constants."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class Window(Value):
    """At most `codes` within any `seconds` in a row."""

    seconds: int = Field(gt=0)
    codes: int = Field(gt=0)


class CodePolicy(Value):
    """The limits of one-time codes."""

    digits: int = Field(ge=6, le=10)
    lifetime_seconds: int = Field(gt=0, le=600)
    tries: int = Field(gt=0, le=5)
    resend_after_seconds: int = Field(ge=0)
    windows: tuple[Window, ...] = Field(min_length=1)
    """For each subject, and for each phone, however many people share it."""
    address_windows: tuple[Window, ...] = Field(min_length=1)
    """For each address codes are asked from."""

    @model_validator(mode="after")
    def _history_outlives_a_code(self) -> Self:
        """A resend has to find the code it replaces, so the history is at least as long as a code is valid."""
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
def policies() -> Table[CodePolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[CodePolicy])


def policy_on(day: date) -> CodePolicy:
    """The policy in force on a day."""
    return policies().at(day).value
