"""How many people one event is told to: dated data, not constants."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class NoticePolicy(Value):
    """The limits of notices."""

    people_an_establishment: int = Field(gt=0, le=100)
    """Of those who may act for an establishment, so many are told of one event; all of them find it on the desk."""


@cache
def policies() -> Table[NoticePolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[NoticePolicy])


def policy_on(day: date) -> NoticePolicy:
    """The policy in force on a day."""
    return policies().at(day).value
