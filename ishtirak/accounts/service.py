"""Taking payment notices: each is applied to its bill once, or kept where somebody sees it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ishtirak.accounts import collection
from ishtirak.accounts.bills import Reckoning
from ishtirak.accounts.model import (
    LARGEST_AMOUNT,
    Bill,
    BillState,
    KeptPayment,
    Payment,
    PaymentState,
    UnmatchedReason,
)
from ishtirak.accounts.ports import Register
from ishtirak.accounts.rules import SOURCE, Cause
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import RIYADH, Clock, instant
from ishtirak.kernel.errors import ChangedMeanwhile, NotAuthentic, Unavailable
from ishtirak.kernel.events import Chain, Event, happened
from ishtirak.kernel.webhooks import TOLERANCE

TRIES: Final = 5
"""How often a notice is decided again when another posting of the account came first."""
ACTOR: Final = "settle_bill"

Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class PaymentNotice(BaseModel):
    """إشعار سداد: the payment system says that money was received for a bill. It names no person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal["1.0"] = Field(alias="schema")
    type: Literal["payment.received"]
    payment_reference: Reference = Field(
        description="The payment's own reference; one payment, one reference"
    )
    bill_reference: Reference = Field(description="The reference on the bill")
    amount: int = Field(strict=True, ge=1, le=LARGEST_AMOUNT, description="Halalas")
    currency: Literal["SAR"]
    paid_at: AwareDatetime = Field(description="RFC 3339; its day in the kingdom is the day of payment")

    @property
    def paid_on(self) -> date:
        return self.paid_at.astimezone(RIYADH).date()

    @property
    def digest(self) -> str:
        """Tells another payment under the same reference from the same one told again."""
        return digest(
            {
                "payment": self.payment_reference,
                "bill": self.bill_reference,
                "amount": self.amount,
                "paid_at": instant(self.paid_at),
            }
        )


class NoticeNotSigned(NotAuthentic):
    """No live key signed exactly these bytes in time (401)."""

    code = "payment_signature_refused"


class Taken(StrEnum):
    """What became of a notice; the names of the metrics."""

    BILL_PAID = "BillPaid"
    BILL_PARTLY_PAID = "BillPartlyPaid"
    DUPLICATE = "PaymentDuplicate"
    UNMATCHED = "PaymentUnmatched"


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One transaction per notice: payment, bill, ledger, head and event; or payment and event where no bill takes it.

    The same notice changes nothing however often and in whatever order it comes.
    """

    register: Register
    reckoning: Reckoning
    clock: Clock

    def take(self, notice: PaymentNotice, *, message_id: str) -> Taken:
        for _ in range(TRIES):
            try:
                return self._taken(notice, message_id=message_id)
            except ChangedMeanwhile:
                continue
        raise Unavailable()

    def _taken(self, notice: PaymentNotice, *, message_id: str) -> Taken:
        now = self.clock.now()
        known = self.register.payment(notice.payment_reference)
        if known is not None:
            return self._again(notice, known, message_id=message_id, now=now)
        bill = self.register.bill_under(notice.bill_reference)
        reason = self._refusal(notice, bill, now=now)
        if bill is None or reason is not None:
            lost = _kept(
                notice, message_id=message_id, now=now, reason=reason or UnmatchedReason.BILL_UNKNOWN
            )
            return self._put_aside(lost, now=now)
        return self._apply(notice, bill, message_id=message_id, now=now)

    def _apply(self, notice: PaymentNotice, bill: Bill, *, message_id: str, now: datetime) -> Taken:
        head = self.register.head(bill.person_id, bill.system)
        payment = Payment(reference=notice.payment_reference, amount=notice.amount, paid_on=notice.paid_on)
        cause = Cause(at=now, actor=ACTOR)
        posting = collection.pay(head, bill, payment, reckoning=self.reckoning, cause=cause)
        kept = _kept(notice, message_id=message_id, now=now, bill_id=bill.id)
        self.register.commit(self.register.posting(posting, head=head), self.register.keeping(kept))
        (after,) = posting.changed
        return Taken.BILL_PAID if after.state is BillState.SETTLED else Taken.BILL_PARTLY_PAID

    def _again(self, notice: PaymentNotice, known: KeptPayment, *, message_id: str, now: datetime) -> Taken:
        """The same payment again, or something else under a reference that is taken."""
        if known.digest == notice.digest:
            return Taken.DUPLICATE
        if self.register.payment(notice.payment_reference, digest=notice.digest) is not None:
            return Taken.DUPLICATE
        reused = _kept(notice, message_id=message_id, now=now, reason=UnmatchedReason.REFERENCE_REUSED)
        return self._put_aside(reused, now=now)

    def _put_aside(self, kept: KeptPayment, *, now: datetime) -> Taken:
        self.register.commit(self.register.keeping(kept, event=_unmatched(kept, at=now)))
        return Taken.UNMATCHED

    def _refusal(self, notice: PaymentNotice, bill: Bill | None, *, now: datetime) -> UnmatchedReason | None:
        if bill is None:
            return UnmatchedReason.BILL_UNKNOWN
        if notice.paid_at > now + TOLERANCE:
            return UnmatchedReason.PAID_IN_THE_FUTURE
        payment = Payment(reference=notice.payment_reference, amount=notice.amount, paid_on=notice.paid_on)
        return collection.unmatched(bill, payment)


def _kept(notice: PaymentNotice, *, message_id: str, now: datetime, **fate: Any) -> KeptPayment:
    return KeptPayment(
        reference=notice.payment_reference,
        bill_reference=notice.bill_reference,
        amount=notice.amount,
        paid_at=instant(notice.paid_at),
        digest=notice.digest,
        message_id=message_id,
        received_at=instant(now),
        state=PaymentState.UNMATCHED if "reason" in fate else PaymentState.APPLIED,
        **fate,
    )


def _unmatched(kept: KeptPayment, *, at: datetime) -> Event:
    """The first and only event of a payment no bill takes."""
    return happened(
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
