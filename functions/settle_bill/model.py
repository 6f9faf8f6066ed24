"""What settle_bill reads: a signed notice, as it was queued."""

from collections.abc import Mapping
from typing import Any

from ishtirak.billing.notices import PaymentNotice
from ishtirak.edge.queue import Arguments
from ishtirak.kernel.crypto import Encryption
from ishtirak.webhooks.queued import from_queue


def payment_notice(body: str, *, encryption: Encryption) -> Arguments:
    """The notice in a message of the queue, and the id it was sent under."""
    message = from_queue(body, encryption=encryption)
    return {"notice": PaymentNotice.model_validate_json(message.text), "message_id": message.id}


def notice_facts(arguments: Arguments) -> Mapping[str, Any]:
    """What the log says of a notice."""
    notice: PaymentNotice = arguments["notice"]
    return {
        "webhook_id": arguments["message_id"],
        "payment": notice.payment_reference,
        "bill": notice.bill_reference,
    }
