"""POST /v1/payments/notices: the payment system tells of money received.

The signature is checked over the raw bytes before anything looks into them; 202 is only answered once the notice is
durable. A signed notice that cannot be read is refused by field: it would say nothing later either.
"""

from ishtirak.adapters.payment_queue import PaymentQueue, QueuedNotice
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from functions.receive_payment.settings import Settings
from ishtirak.adapters.aws.secrets import PaymentAccess, Secret, SecretUnreadable
from ishtirak.adapters.clients import client
from ishtirak.adapters.clock import SystemClock
from ishtirak.billing.notices import NoticeNotSigned, PaymentNotice
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.decode import decode
from ishtirak.edge.http.problems import FieldsRefused
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.logs import logger
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import Unavailable
from ishtirak.webhooks import signatures


class NoticeReceived(BaseModel):
    """The notice is kept and will be applied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    received: str = Field(description="The id it was sent under (webhook-id)")


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    access = Secret(client("secretsmanager"), arn=settings.payments_secret_arn, model=PaymentAccess)
    payments = PaymentQueue(settings.payments_queue_url)
    api = Api("receive_payment", clock=time)

    @api.post(
        "/v1/payments/notices",
        summary="Receive a signed payment notice",
        description="Signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). "
        "The same payment may be told any number of times and in any order.",
        gives=NoticeReceived,
        roles=None,
        status=202,
        once=False,
        refusals=(401, 413, 503),
    )
    def receive_payment(call: Call[None]) -> Reply[NoticeReceived]:
        message_id = _signed(call, access=access, clock=time)
        decode(call.raw)
        try:
            notice = PaymentNotice.model_validate_json(call.raw)
        except ValidationError as refused:
            logger.error("signed_notice_unreadable", extra={"webhook_id": message_id})
            raise FieldsRefused(refused) from None
        payments.put(QueuedNotice(message_id=message_id, notice=call.raw.decode()))
        told = {"webhook_id": message_id, "payment": notice.payment_reference}
        logger.info("payment_notice_received", extra=told)
        return Reply(NoticeReceived(received=message_id))

    return api


def _signed(call: Call[None], *, access: Secret[PaymentAccess], clock: Clock) -> str:
    try:
        return signatures.verify(call.headers, body=call.raw, keys=access.read().keys(), now=clock.now())
    except SecretUnreadable:
        raise Unavailable() from None
    except signatures.SignatureRefused as refused:
        logger.warning("signature_refused", extra={"reason": refused.reason})
        raise NoticeNotSigned() from None
