"""ishtirak.use_cases.settle_payment"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from ishtirak.billing import payments
from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.model import Bill, BillState, Payment, PaymentRecord, PaymentState, UnmatchedReason
from ishtirak.billing.notices import PaymentNotice
from ishtirak.eventlog.event import Chain, Event, next_event
from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable
from ishtirak.register.ports import Register
from ishtirak.register.rules import SOURCE, Cause
from ishtirak.webhooks.signatures import TOLERANCE

MAX_TRIES: Final = 5
"""How often a notice is decided again when another posting of the account came first."""


ACTOR: Final = "settle_bill"


class PaymentOutcome(StrEnum):
    """What became of a notice; the names of the metrics."""

    BILL_PAID = "BillPaid"
    BILL_PARTLY_PAID = "BillPartlyPaid"
    DUPLICATE = "PaymentDuplicate"
    UNMATCHED = "PaymentUnmatched"


@dataclass(frozen=True, kw_only=True)
class PaymentSettlement:
    """One transaction per notice: payment, bill, ledger, head and event; or payment and event where no bill takes it.

    The same notice changes nothing however often and in whatever order it comes.
    """

    register: Register
    calculator: BillCalculator
    clock: Clock

    def take(self, notice: PaymentNotice, *, message_id: str) -> PaymentOutcome:
        for _ in range(MAX_TRIES):
            try:
                return self._taken(notice, message_id=message_id)
            except ChangedMeanwhile:
                continue
        raise Unavailable()

    def _taken(self, notice: PaymentNotice, *, message_id: str) -> PaymentOutcome:
        now = self.clock.now()
        known = self.register.payment(notice.payment_reference)
        if known is not None:
            return self._again(notice, known, message_id=message_id, now=now)
        bill = self.register.bill_under(notice.bill_reference)
        reason = self._refusal(notice, bill, now=now)
        if bill is None or reason is not None:
            lost = _record_of(
                notice, message_id=message_id, now=now, reason=reason or UnmatchedReason.BILL_UNKNOWN
            )
            return self._put_aside(lost, now=now)
        return self._apply(notice, bill, message_id=message_id, now=now)

    def _apply(self, notice: PaymentNotice, bill: Bill, *, message_id: str, now: datetime) -> PaymentOutcome:
        head = self.register.head(bill.person_id, bill.system)
        payment = Payment(reference=notice.payment_reference, amount=notice.amount, paid_on=notice.paid_on)
        cause = Cause(at=now, actor=ACTOR)
        posting = payments.record_payment(head, bill, payment, calculator=self.calculator, cause=cause)
        kept = _record_of(notice, message_id=message_id, now=now, bill_id=bill.id)
        self.register.commit(self.register.posting(posting, head=head), self.register.keeping(kept))
        (after,) = posting.changed
        return (
            PaymentOutcome.BILL_PAID if after.state is BillState.SETTLED else PaymentOutcome.BILL_PARTLY_PAID
        )

    def _again(
        self, notice: PaymentNotice, known: PaymentRecord, *, message_id: str, now: datetime
    ) -> PaymentOutcome:
        """The same payment again, or something else under a reference that is taken."""
        if known.digest == notice.digest:
            return PaymentOutcome.DUPLICATE
        if self.register.payment(notice.payment_reference, digest=notice.digest) is not None:
            return PaymentOutcome.DUPLICATE
        reused = _record_of(notice, message_id=message_id, now=now, reason=UnmatchedReason.REFERENCE_REUSED)
        return self._put_aside(reused, now=now)

    def _put_aside(self, kept: PaymentRecord, *, now: datetime) -> PaymentOutcome:
        self.register.commit(self.register.keeping(kept, event=_unmatched_event(kept, at=now)))
        return PaymentOutcome.UNMATCHED

    def _refusal(self, notice: PaymentNotice, bill: Bill | None, *, now: datetime) -> UnmatchedReason | None:
        if bill is None:
            return UnmatchedReason.BILL_UNKNOWN
        if notice.paid_at > now + TOLERANCE:
            return UnmatchedReason.PAID_IN_THE_FUTURE
        payment = Payment(reference=notice.payment_reference, amount=notice.amount, paid_on=notice.paid_on)
        return payments.unmatched_reason(bill, payment)


def _record_of(notice: PaymentNotice, *, message_id: str, now: datetime, **fate: Any) -> PaymentRecord:
    return PaymentRecord(
        reference=notice.payment_reference,
        bill_reference=notice.bill_reference,
        amount=notice.amount,
        paid_at=to_rfc3339(notice.paid_at),
        digest=notice.digest,
        message_id=message_id,
        received_at=to_rfc3339(now),
        state=PaymentState.UNMATCHED if "reason" in fate else PaymentState.APPLIED,
        **fate,
    )


def _unmatched_event(kept: PaymentRecord, *, at: datetime) -> Event:
    """The first and only event of a payment no bill takes."""
    return next_event(
        "PaymentUnmatched",
        source=SOURCE,
        subject=f"payments/{kept.reference}/{kept.digest[:16]}",
        after=Chain(),
        at=at,
        actor=ACTOR,
        data={
            "payment_reference": kept.reference,
            "bill_reference": kept.bill_reference,
            "amount_halalas": kept.amount,
            "reason": kept.reason.value if kept.reason else None,
        },
    )
