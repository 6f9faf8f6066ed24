"""Wafa (وفاء): a made-up payment system. It takes money for a bill's reference and sends the biller a signed notice.

It knows no bill: whatever amount is paid for whatever reference, it sends notices, as the real ones do.
"""

import random
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from threading import RLock

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from werkzeug import Request, Response

from ishtirak.kernel.clock import to_rfc3339
from local.simulators.sender import Document, SentEvent, SignedSender, Tampering
from local.simulators.server import Endpoint, as_json, control, problem


class PayOrder(BaseModel):
    """Somebody pays. Notices that are not delivered wait for `deliver_all`."""

    model_config = ConfigDict(extra="forbid")

    bill_reference: str = Field(min_length=1, max_length=40)
    amount: int = Field(gt=0)
    payment_reference: str | None = None
    paid_at: AwareDatetime | None = None
    deliver: bool = True
    times: int = Field(default=1, ge=1, le=5)
    tampering: Tampering = Tampering.NONE


class NoticeOrder(BaseModel):
    """Notify a payment again; with another amount, the second notice contradicts the first."""

    model_config = ConfigDict(extra="forbid")

    payment_reference: str
    amount: int | None = Field(default=None, gt=0)
    tampering: Tampering = Tampering.NONE


class Order(StrEnum):
    """In which order waiting notices are sent."""

    PAID = "paid"
    REVERSED = "reversed"
    SHUFFLED = "shuffled"


class DeliverAllOrder(BaseModel):
    """Send every waiting notice."""

    model_config = ConfigDict(extra="forbid")

    order: Order = Order.PAID
    times: int = Field(default=1, ge=1, le=5)


class PaymentSimulator(SignedSender):
    """Every payment has a reference of its own, and is always notified under one message id."""

    name = "wafa"
    remembers = ("_notices", "_waiting")

    def __init__(self) -> None:
        super().__init__()
        self._notices: dict[str, SentEvent] = {}
        self._waiting: list[str] = []
        self._lock = RLock()

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            control("pay", "POST", "/_sim/pay", self._on_pay),
            control("notify", "POST", "/_sim/notify", self._on_notify),
            control("deliver_all", "POST", "/_sim/deliver_all", self._on_deliver_all),
            *self.sending(),
        ]

    # What the agency does

    def pay(self, order: PayOrder) -> SentEvent:
        """Take the money; `ValueError` when the reference was used."""
        with self._lock:
            reference = order.payment_reference or f"WF{len(self._notices) + 1:010}"
            if reference in self._notices:
                raise ValueError("the payment reference is taken")
            document: Document = {
                "schema": "1.0",
                "type": "payment.received",
                "payment_reference": reference,
                "bill_reference": order.bill_reference,
                "amount": order.amount,
                "currency": "SAR",
                "paid_at": to_rfc3339(order.paid_at or datetime.now(UTC)),
            }
            self._notices[reference] = SentEvent(f"pay_{secrets.token_hex(12)}", document)
            self.note()
            return self._notices[reference]

    def notice(self, reference: str, *, amount: int | None = None) -> SentEvent:
        """What was notified of a payment, or a notice that contradicts it; `KeyError` when there is none."""
        sent = self._notices[reference]
        if amount is None:
            return sent
        return SentEvent(f"pay_{secrets.token_hex(12)}", sent.document | {"amount": amount})

    def waiting(self, order: Order) -> Sequence[SentEvent]:
        """Everything not sent yet, and no longer waiting."""
        with self._lock:
            references, self._waiting = self._waiting, []
            self.note()
        if order is Order.REVERSED:
            references.reverse()
        if order is Order.SHUFFLED:
            random.shuffle(references)
        return [self._notices[reference] for reference in references]

    # Control

    def _on_pay(self, request: Request) -> Response:
        order = PayOrder.model_validate_json(request.get_data())
        try:
            notice = self.pay(order)
        except ValueError as error:
            return problem(422, "not_acceptable", str(error))
        if not order.deliver:
            self._waiting.append(notice.document["payment_reference"])
            self.note()
            return as_json({"notices": [notice.document], "deliveries": []}, status=201)
        return self._delivered([notice] * order.times, tampering=order.tampering, status=201)

    def _on_notify(self, request: Request) -> Response:
        order = NoticeOrder.model_validate_json(request.get_data())
        return self._delivered(
            [self.notice(order.payment_reference, amount=order.amount)], tampering=order.tampering
        )

    def _on_deliver_all(self, request: Request) -> Response:
        order = DeliverAllOrder.model_validate_json(request.get_data())
        if not self.connected:
            return problem(409, "no_target", "POST /_sim/target first")
        return self._delivered([notice for notice in self.waiting(order.order) for _ in range(order.times)])

    def _delivered(
        self, notices: Sequence[SentEvent], *, tampering: Tampering = Tampering.NONE, status: int = 200
    ) -> Response:
        if not self.connected:
            return problem(409, "no_target", "POST /_sim/target first")
        deliveries = [self.deliver(notice, tampering=tampering).document() for notice in notices]
        return as_json(
            {"notices": [notice.document for notice in notices], "deliveries": deliveries}, status=status
        )
