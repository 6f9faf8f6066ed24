"""The bodies of decisions about a bill, as they are proven and as they are made."""

from typing import Annotated

from pydantic import Field

from ishtirak.billing.model import BillReason
from ishtirak.kernel.dates import Day
from ishtirak.kernel.text import Note, Text
from ishtirak.kernel.value import Value


class Reasoned(Value):
    """Every decision says why, by a code and in words."""

    reason_code: BillReason
    note: Note = Field(description="For the authority's eyes")


class Waiver(Reasoned):
    """Fines waived: a part of the fines there are today."""

    percent: int = Field(ge=1, le=100, description="Of each month's fine")
    board_resolution: Annotated[str, Text(3, 60)] | None = Field(
        default=None, description="Needed beyond what the Governor may waive"
    )


class Plan(Reasoned):
    """What is due today, in monthly instalments against a guarantee."""

    count: int = Field(ge=2, le=120)
    first_due_on: Day = Field(description="Gregorian")
    guarantee: Annotated[str, Text(3, 60)] = Field(description="The guarantee's reference")


class Extension(Reasoned):
    """Unpaid months count for the longer time the Governor may allow."""


class Approval(Value):
    """A supervisor's answer to a proposed decision."""

    approved: bool
