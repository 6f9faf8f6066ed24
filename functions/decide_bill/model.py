"""What decide_bill takes and gives over HTTP."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from ishtirak.billing.model import UnmatchedReason
from ishtirak.edge.views.bills import BillDecisionView, BillLine


class Message(BaseModel):
    """A body or an answer; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BillReason(StrEnum):
    """Why something is decided about a bill; each has its text in both languages."""

    EMPLOYER_IN_DIFFICULTY = "EMPLOYER_IN_DIFFICULTY"
    DELAY_NOT_THE_EMPLOYERS = "DELAY_NOT_THE_EMPLOYERS"
    ERROR_OF_THE_AUTHORITY = "ERROR_OF_THE_AUTHORITY"
    REGISTERED_VOLUNTARILY = "REGISTERED_VOLUNTARILY"
    OTHER = "OTHER"


class Reasoned(Message):
    """Every decision says why, by a code and in words."""

    reason_code: BillReason
    note: str = Field(min_length=3, max_length=1000, description="For the authority's eyes")


class Waiver(Reasoned):
    """Fines let off: a part of the fines there are today."""

    percent: int = Field(ge=1, le=100, description="Of each month's fine")
    board_resolution: str | None = Field(
        default=None, min_length=3, max_length=60, description="Needed beyond what the Governor may let off"
    )


class Plan(Reasoned):
    """What is due today, in monthly instalments against a guarantee."""

    count: int = Field(ge=2, le=120)
    first_due_on: date = Field(description="Gregorian", strict=False)
    guarantee: str = Field(min_length=3, max_length=60, description="The guarantee's reference")


class Extension(Reasoned):
    """Unpaid months count for the longer time the Governor may allow."""


class Approval(Message):
    """A supervisor's answer to a proposed decision."""

    approved: bool


class WaitingDecision(Message):
    """A bill and the decision about it that waits for a supervisor."""

    bill: BillLine
    decision: BillDecisionView
    proposed_by_me: bool = Field(description="Then somebody else approves it")


class WaitingDecisions(Message):
    """Longest waiting first."""

    waiting: list[WaitingDecision]


class UnmatchedPayment(Message):
    """Money received that no bill takes."""

    payment_reference: str
    bill_reference: str
    amount: int = Field(description="Halalas")
    paid_at: str
    received_at: str
    reason: UnmatchedReason
    reason_text: str


class UnmatchedPayments(Message):
    """Longest waiting first."""

    payments: list[UnmatchedPayment]
