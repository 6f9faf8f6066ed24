"""How often data are revealed to one officer: dated data, not constants."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class RevealWindow(Value):
    """At most `reveals` within any `seconds` in a row."""

    seconds: int = Field(gt=0, le=604_800)
    reveals: int = Field(gt=0, le=100)

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.seconds)


class DisclosurePolicy(Value):
    """The limits of one officer of one establishment, and how far back list readings are shown to a person."""

    windows: tuple[RevealWindow, ...] = Field(min_length=1)
    lists_shown_days: int = Field(gt=0, le=366)

    @property
    def longest(self) -> timedelta:
        return max(window.length for window in self.windows)


@cache
def policies() -> Table[DisclosurePolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[DisclosurePolicy])


def policy_on(day: date) -> DisclosurePolicy:
    """The policy in force on a day."""
    return policies().at(day).value
