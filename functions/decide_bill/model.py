"""What decide_bill takes and gives over HTTP."""

from typing import Annotated, Any

from pydantic import Field

from ishtirak.billing.model import PaymentRecord, UnmatchedReason
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import NextPage, PageQuery
from ishtirak.edge.texts import text
from ishtirak.edge.views.bill_decisions import Approval, Extension, Plan, Waiver
from ishtirak.edge.views.bills import (
    BillDecisionView,
    BillLine,
    BillQuery,
    BillView,
    bill_line,
    bill_view,
    decision_view,
)
from ishtirak.edge.views.decisions import Proven
from ishtirak.kernel.pages import Page
from ishtirak.kernel.value import Value
from ishtirak.use_cases import read_bills
from ishtirak.use_cases.read_bills import BillOnDay


class ProvenWaiver(Waiver, Proven):
    """The waiver, and the proof it may take."""


class ProvenPlan(Plan, Proven):
    """The plan, and the proof it may take."""


class ProvenExtension(Extension, Proven):
    """The extension, and the proof it takes."""


class ProvenApproval(Approval, Proven):
    """The answer, and the proof an approval takes."""


class WaitingDecisionView(Value):
    """A bill and the decision about it that waits for a supervisor."""

    bill: BillLine
    decision: Annotated[BillDecisionView, FieldGroup.DECISIONS]
    proposed_by_me: bool = Field(description="Then somebody else approves it")
    own_interest: bool = Field(description="You are a party to it: then somebody else answers it")


class WaitingDecisions(Value):
    """One page, longest waiting first."""

    waiting: list[WaitingDecisionView]
    next: NextPage


class UnmatchedPayment(Value):
    """Money received that no bill takes."""

    payment_reference: str
    bill_reference: str
    amount: Annotated[int, FieldGroup.BILLS] = Field(description="Halalas")
    paid_at: str
    received_at: str
    reason: UnmatchedReason
    reason_text: str


class UnmatchedPayments(Value):
    """One page, longest waiting first."""

    payments: list[UnmatchedPayment]
    next: NextPage


LIST_WAITING_DECISIONS = get(
    "/v1/bills",
    summary="Decisions that wait for a supervisor",
    gives=WaitingDecisions,
    query=PageQuery,
)
INSPECT_BILL = get(
    "/v1/bills/<bill_id>",
    summary="One bill, as the authority sees it",
    gives=BillView,
    query=BillQuery,
)
WAIVE_FINES = post(
    "/v1/bills/<bill_id>/waiver",
    summary="Waive fines",
    description="All of a fine up to ten days' delay, else up to half; more by a resolution of the Board. Above a "
    "sum, and by such a resolution, it waits for a supervisor.",
    takes=ProvenWaiver,
    gives=BillView,
)
GRANT_INSTALMENTS = post(
    "/v1/bills/<bill_id>/instalments",
    summary="Grant instalments",
    takes=ProvenPlan,
    gives=BillView,
)
EXTEND_COUNTING = post(
    "/v1/bills/<bill_id>/extension",
    summary="Count unpaid months for longer",
    takes=ProvenExtension,
    gives=BillView,
)
ANSWER_DECISION = post(
    "/v1/bills/<bill_id>/decisions/<decision_id>/approval",
    summary="Approve or decline a proposed decision",
    description="What is approved is judged again, by the rules of a proposal, on the bill as it is today. What no "
    "longer fits is refused with what changed: it can only be declined, and proposed anew.",
    takes=ProvenApproval,
    gives=BillView,
)
LIST_UNMATCHED_PAYMENTS = get(
    "/v1/payments/unmatched",
    summary="Money no bill took",
    gives=UnmatchedPayments,
    query=PageQuery,
)


def bill(found: BillOnDay, call: Call[Any]) -> Reply[BillView]:
    view = bill_view(found, language=call.language)
    return Reply(view, etag=found.bill.version)


def waiting_decisions(page: Page[read_bills.WaitingDecision], call: Call[Any]) -> Reply[WaitingDecisions]:
    waiting = [
        WaitingDecisionView(
            bill=bill_line(each.summary, language=call.language),
            decision=decision_view(each.decision, language=call.language),
            proposed_by_me=each.proposed_by_reader,
            own_interest=each.own_interest,
        )
        for each in page.items
    ]
    return Reply(WaitingDecisions(waiting=waiting, next=page.next))


def unmatched_payments(page: Page[PaymentRecord], call: Call[Any]) -> Reply[UnmatchedPayments]:
    payments = [_unmatched_payment(payment, language=call.language) for payment in page.items]
    return Reply(UnmatchedPayments(payments=payments, next=page.next))


def _unmatched_payment(payment: PaymentRecord, *, language: str) -> UnmatchedPayment:
    reason = payment.reason or UnmatchedReason.BILL_UNKNOWN
    return UnmatchedPayment(
        payment_reference=payment.reference,
        bill_reference=payment.bill_reference,
        amount=payment.amount,
        paid_at=payment.paid_at,
        received_at=payment.received_at,
        reason=reason,
        reason_text=text(language, "unmatched_reasons", reason.value),
    )
