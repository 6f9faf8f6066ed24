"""What a password has to be and how often somebody may try to come in: dated data, not constants."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class TriesWindow(Value):
    """So many tries count in each span of so many seconds."""

    seconds: int = Field(gt=0, le=86400)
    attempts: int = Field(gt=0, le=1000)


class LoginPolicy(Value):
    """The limits of logins and their passwords."""

    shortest_password: int = Field(ge=8)
    longest_password: int = Field(ge=64, le=256)
    least_guesses_log10: int = Field(ge=6, le=15)
    """A password for which a guesser who knows the lists, the patterns and the person needs fewer is refused."""
    least_beside_known: int = Field(ge=1)
    """So many characters, punctuation aside, are left of a password without what others know of person and service."""
    service_words: tuple[str, ...]
    """What the service is called: part of what a guesser tries first."""
    tries_a_number: TriesWindow
    tries_an_address: TriesWindow
    codes_a_person: TriesWindow
    """Codes and texts for who is not signed in: fewer than there are for signing in, so that they leave some."""
    busy_seconds: int = Field(gt=10, le=60)
    """Longer than a function may run: after that, what was begun by one that died may be taken up again."""

    @property
    def busy(self) -> timedelta:
        return timedelta(seconds=self.busy_seconds)


@cache
def policies() -> Table[LoginPolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[LoginPolicy])


def policy_on(day: date) -> LoginPolicy:
    """The policy in force on a day."""
    return policies().at(day).value
