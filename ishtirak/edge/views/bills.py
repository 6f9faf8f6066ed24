"""A bill as its readers see it: what is due today, or would be on a later day, month by month."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ishtirak.billing.calculator import MonthAccount
from ishtirak.billing.model import BillDecision, BillState, DecisionKind, DecisionState
from ishtirak.billing.plans import InstalmentOnDay, instalments_on
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.query import QueryDay
from ishtirak.edge.texts import text
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Value
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.use_cases.read_bills import BillOnDay, BillSummary


class BillMonth(Value):
    """One month: what it came to, what was paid of it, what is due. A month is paid when its contribution is."""

    month: Month
    due_on: date = Field(description="Last day without a fine")
    contribution: int
    fine: int = Field(description="Accrued by `as_of` on what was not paid in time")
    waived: int
    contribution_paid: int
    fine_paid: int
    due: int
    paid: bool
    paid_on: date | None = Field(description="The day the contribution was whole")

    @classmethod
    def of(cls, month: MonthAccount) -> "BillMonth":
        return cls(
            month=month.month,
            due_on=month.due_on,
            contribution=month.contribution,
            fine=month.fine,
            waived=month.waived,
            contribution_paid=month.contribution_paid,
            fine_paid=month.fine_paid,
            due=month.due,
            paid=month.contribution_due == 0,
            paid_on=month.paid_on,
        )


class PaymentView(Value):
    """A payment received for the bill."""

    reference: str = Field(description="The payment system's reference")
    amount: int
    paid_on: date


class InstalmentView(Value):
    """One instalment of the plan in force."""

    due_on: date
    amount: int
    paid: bool
    overdue: bool

    @classmethod
    def of(cls, part: InstalmentOnDay) -> "InstalmentView":
        return cls(due_on=part.due_on, amount=part.amount, paid=part.paid, overdue=part.overdue)


class BillDecisionView(Value):
    """What was decided about the bill; without effect while proposed."""

    decision_id: str
    kind: DecisionKind
    state: DecisionState
    text: str = Field(description="Kind and state, in the reader's language")
    reason_code: str
    reason_text: str
    amount: int = Field(description="Fines waived, or the sum payable in instalments")
    decided_on: date
    note: Annotated[str | None, FieldGroup.NOTES] = Field(description="For the authority's eyes")
    guarantee: str | None
    board_resolution: str | None


class BillView(Value):
    """فاتورة: a bill on a day. For a later day than today it is an estimate: it supposes that nothing is paid."""

    bill_id: str
    reference: str = Field(description="What a payment names")
    system: System
    establishment: EstablishmentNumber
    establishment_name: str
    worker: Annotated[str, FieldGroup.IDENTITY_MASKED] = Field(description="Masked identity number")
    issued_on: date
    total_as_issued: Annotated[int, FieldGroup.BILLS]
    state: BillState
    state_text: str
    as_of: date
    estimate: bool
    estimate_text: str | None
    months: Annotated[list[BillMonth], FieldGroup.BILLS]
    contributions: Annotated[int, FieldGroup.BILLS]
    fines: Annotated[int, FieldGroup.BILLS]
    waived: Annotated[int, FieldGroup.BILLS]
    received: Annotated[int, FieldGroup.BILLS]
    credit: Annotated[int, FieldGroup.BILLS] = Field(
        description="Received beyond what is due; it stays the payer's"
    )
    due: Annotated[int, FieldGroup.BILLS]
    payments: Annotated[list[PaymentView], FieldGroup.BILLS]
    decisions: Annotated[list[BillDecisionView], FieldGroup.DECISIONS]
    instalments: Annotated[list[InstalmentView], FieldGroup.BILLS]


class BillLine(Value):
    """A bill in a list, as of today."""

    bill_id: str
    reference: str
    system: System
    establishment: EstablishmentNumber
    worker: Annotated[str, FieldGroup.IDENTITY_MASKED] = Field(description="Masked identity number")
    first_month: Month
    last_month: Month
    issued_on: date
    state: BillState
    state_text: str
    received: Annotated[int, FieldGroup.BILLS]
    due: Annotated[int, FieldGroup.BILLS]


def bill_view(found: BillOnDay, *, language: str) -> BillView:
    """The bill on its day; an officer's notes are not shown to the employer."""
    bill, settlement = found.bill, found.settlement
    return BillView(
        bill_id=bill.id,
        reference=bill.reference,
        system=bill.system,
        establishment=bill.debtor,
        establishment_name=_name(found.debtor, language),
        worker=_masked(found.worker),
        issued_on=bill.issued_on,
        total_as_issued=bill.total,
        state=bill.state,
        state_text=text(language, "bill_states", bill.state.value),
        as_of=found.as_of,
        estimate=found.is_estimate,
        estimate_text=_estimate_text(found, language=language),
        months=[BillMonth.of(month) for month in settlement.months],
        contributions=sum(month.contribution for month in settlement.months),
        fines=sum(month.fine for month in settlement.months),
        waived=sum(month.waived for month in settlement.months),
        received=bill.received,
        credit=settlement.credit,
        due=settlement.due,
        payments=[
            PaymentView(reference=payment.reference, amount=payment.amount, paid_on=payment.paid_on)
            for payment in bill.payments
        ],
        decisions=[decision_view(decision, language=language) for decision in bill.decisions],
        instalments=[InstalmentView.of(part) for part in instalments_on(bill, settlement)],
    )


def bill_line(summary: BillSummary, *, language: str) -> BillLine:
    """The bill in a list."""
    bill = summary.bill
    months = sorted(row.month for row in bill.rows)
    return BillLine(
        bill_id=bill.id,
        reference=bill.reference,
        system=bill.system,
        establishment=bill.debtor,
        worker=_masked(summary.worker),
        first_month=months[0],
        last_month=months[-1],
        issued_on=bill.issued_on,
        state=bill.state,
        state_text=text(language, "bill_states", bill.state.value),
        received=bill.received,
        due=summary.due,
    )


def decision_view(decision: BillDecision, *, language: str) -> BillDecisionView:
    """A decision with its texts."""
    kind = text(language, "bill_decisions", decision.kind.value)
    state = text(language, "bill_decision_states", decision.state.value)
    return BillDecisionView(
        decision_id=decision.id,
        kind=decision.kind,
        state=decision.state,
        text=f"{kind} — {state}",
        reason_code=decision.reason_code,
        reason_text=text(language, "bill_reasons", decision.reason_code),
        amount=decision.amount,
        decided_on=decision.decided_on,
        note=decision.note,
        guarantee=decision.guarantee,
        board_resolution=decision.board_resolution,
    )


def _name(establishment: Establishment | None, language: str) -> str:
    if establishment is None:
        return "—"
    return establishment.name_ar if language == "ar" else establishment.name_en


def _masked(worker: Contributor | None) -> str:
    return worker.masked_identity if worker else "—"


def _estimate_text(found: BillOnDay, *, language: str) -> str | None:
    if not found.is_estimate:
        return None
    return text(language, "bill_notes", "estimate", None, {"day": found.as_of.isoformat()})


class BillQuery(Value):
    """The query of an operation that shows one bill."""

    as_of: QueryDay | None = Field(default=None, description="A day to come; today without")
