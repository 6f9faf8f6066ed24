"""A payment notice settles what it pays for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ishtirak.billing import payments as payment_rules
from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.model import (
    SOURCE,
    Bill,
    BillState,
    Payment,
    PaymentRecord,
    PaymentState,
    UnmatchedReason,
)
from ishtirak.billing.notices import PaymentNotice
from ishtirak.billing.ports import Bills, Payments
from ishtirak.eventlog.event import Chain, Event, next_event
from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.register.ports import Accounts
from ishtirak.register.rules import Cause
from ishtirak.webhooks.signatures import TOLERANCE

ACTOR: Final = "settle_bill"


class PaymentOutcome(StrEnum):
    """What became of a notice; the names of the metrics."""

    BILL_PAID = "BillPaid"
    BILL_PARTLY_PAID = "BillPartlyPaid"
    DUPLICATE = "PaymentDuplicate"
    UNMATCHED = "PaymentUnmatched"


def settle_payment(
    notice: PaymentNotice,
    *,
    message_id: str,
    payments: Payments,
    bills: Bills,
    accounts: Accounts,
    calculator: BillCalculator,
    clock: Clock,
    transaction: Transaction,
) -> PaymentOutcome:
    """Apply the notice to its bill in one transaction, or record it as unmatched where no bill takes it.

    The same notice changes nothing however often and in whatever order it comes. `Unavailable` when others kept
    changing the account: the notice has to come again.
    """
    attempt = _Attempt(
        notice=notice,
        message_id=message_id,
        payments=payments,
        bills=bills,
        accounts=accounts,
        calculator=calculator,
        transaction=transaction,
    )
    return retry_on_conflict(lambda: attempt.settle(now=clock.now()))


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    """One decision about a notice, on everything as it is read now."""

    notice: PaymentNotice
    message_id: str
    payments: Payments
    bills: Bills
    accounts: Accounts
    calculator: BillCalculator
    transaction: Transaction

    def settle(self, *, now: datetime) -> PaymentOutcome:
        known = self.payments.find(self.notice.payment_reference)
        if known is not None:
            return self._reference_known(known, now=now)
        bill = self.bills.by_reference(self.notice.bill_reference)
        if bill is None:
            return self._record_unmatched(UnmatchedReason.BILL_UNKNOWN, now=now)
        reason = self._unmatched_reason(bill, now=now)
        if reason is not None:
            return self._record_unmatched(reason, now=now)
        return self._apply(bill, now=now)

    def _reference_known(self, known: PaymentRecord, *, now: datetime) -> PaymentOutcome:
        """The same payment again, or something else under a reference that is taken."""
        digest = self.notice.digest
        if known.digest == digest or self.payments.find(known.reference, digest=digest) is not None:
            return PaymentOutcome.DUPLICATE
        return self._record_unmatched(UnmatchedReason.REFERENCE_REUSED, now=now)

    def _unmatched_reason(self, bill: Bill, *, now: datetime) -> UnmatchedReason | None:
        if self.notice.paid_at > now + TOLERANCE:
            return UnmatchedReason.PAID_IN_THE_FUTURE
        return payment_rules.unmatched_reason(bill, _payment(self.notice))

    def _apply(self, bill: Bill, *, now: datetime) -> PaymentOutcome:
        state = self.accounts.state(bill.person_id, bill.system)
        settled = payment_rules.record_payment(
            state,
            bill,
            _payment(self.notice),
            calculator=self.calculator,
            cause=Cause(at=now, actor=ACTOR, source=SOURCE),
        )
        (after,) = settled.changed
        fully_paid = after.state is BillState.SETTLED
        outcome = PaymentOutcome.BILL_PAID if fully_paid else PaymentOutcome.BILL_PARTLY_PAID
        self.transaction.commit(
            self.accounts.save(settled.posting, before=state),
            self.bills.save(changed=settled.changed),
            self.payments.save(self._record(now=now, bill_id=bill.id)),
            result=outcome,
        )
        return outcome

    def _record_unmatched(self, reason: UnmatchedReason, *, now: datetime) -> PaymentOutcome:
        record = self._record(now=now, reason=reason)
        outcome = PaymentOutcome.UNMATCHED
        event = _unmatched_event(record, reason=reason, at=now)
        self.transaction.commit(self.payments.save(record, event=event), result=outcome)
        return outcome

    def _record(
        self, *, now: datetime, bill_id: str | None = None, reason: UnmatchedReason | None = None
    ) -> PaymentRecord:
        return PaymentRecord(
            reference=self.notice.payment_reference,
            bill_reference=self.notice.bill_reference,
            amount=self.notice.amount,
            paid_at=to_rfc3339(self.notice.paid_at),
            digest=self.notice.digest,
            message_id=self.message_id,
            received_at=to_rfc3339(now),
            state=PaymentState.APPLIED if reason is None else PaymentState.UNMATCHED,
            bill_id=bill_id,
            reason=reason,
        )


def _payment(notice: PaymentNotice) -> Payment:
    return Payment(reference=notice.payment_reference, amount=notice.amount, paid_on=notice.paid_on)


def _unmatched_event(record: PaymentRecord, *, reason: UnmatchedReason, at: datetime) -> Event:
    """The first and only event of a payment no bill takes."""
    return next_event(
        "PaymentUnmatched",
        source=SOURCE,
        aggregate=record.aggregate,
        chain=Chain(),
        at=at,
        actor=ACTOR,
        data={
            "payment_reference": record.reference,
            "bill_reference": record.bill_reference,
            "amount_halalas": record.amount,
            "reason": reason.value,
        },
    )
