"""How long an invitation of an official may be confirmed and accepted: dated data, not constants."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class OfficialPolicy(Value):
    """The limits of invitations."""

    invitation_days: int = Field(gt=0, le=90)

    @property
    def invitation_lifetime(self) -> timedelta:
        return timedelta(days=self.invitation_days)


@cache
def policies() -> Table[OfficialPolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[OfficialPolicy])


def policy_on(day: date) -> OfficialPolicy:
    """The policy in force on a day."""
    return policies().at(day).value
