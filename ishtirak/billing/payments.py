"""What a payment does to a bill. Pure: account and bill come in, a posting comes out."""

from ishtirak.billing.calculator import MAX_PAYMENTS, BillCalculator
from ishtirak.billing.model import Bill, BillState, Payment, UnmatchedReason
from ishtirak.billing.posting import BilledPosting, post_bill_change
from ishtirak.register.ledger import AccountState, EntryKind
from ishtirak.register.periods import Source, SourceKind
from ishtirak.register.rules import Cause


def unmatched_reason(bill: Bill, payment: Payment) -> UnmatchedReason | None:
    """Why the bill cannot take the payment, if it cannot."""
    if bill.state is BillState.CANCELLED:
        return UnmatchedReason.BILL_CANCELLED
    if payment.paid_on < bill.issued_on:
        return UnmatchedReason.PAID_BEFORE_THE_BILL
    if len(bill.payments) >= MAX_PAYMENTS:
        return UnmatchedReason.TOO_MANY_PAYMENTS
    return None


def record_payment(
    state: AccountState, bill: Bill, payment: Payment, *, calculator: BillCalculator, cause: Cause
) -> BilledPosting:
    """Take a payment the bill can take; what is beyond what is due becomes credit.

    `BillPaid` says that nothing is owed any more, `BillPartlyPaid` that something is.
    """
    payments = sorted([*bill.payments, payment], key=lambda one: (one.paid_on, one.reference))
    after = calculator.with_state(bill.changed(payments=tuple(payments)))
    settled = calculator.as_it_stands(after)
    return post_bill_change(
        state,
        before=bill,
        after=after,
        calculator=calculator,
        kind=EntryKind.PAYMENT,
        source=Source(kind=SourceKind.PAYMENT, reference=payment.reference, version=1),
        cause=cause,
        type="BillPaid" if after.state is BillState.SETTLED else "BillPartlyPaid",
        facts={
            "payment_reference": payment.reference,
            "amount_halalas": payment.amount,
            "paid_on": payment.paid_on.isoformat(),
            "due_halalas": settled.due,
            "credit_halalas": settled.credit,
            "months_paid": [str(month) for month in settled.months_paid],
        },
    )
