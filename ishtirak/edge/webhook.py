"""A signed message from another agency at the edge: verified over the raw bytes, decoded once, then kept.

The sender is answered 202 only once the message is durable.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, Field

from ishtirak.edge.http.call import Call, read_body
from ishtirak.edge.http.decode import decode
from ishtirak.edge.http.operation import Operation, post
from ishtirak.edge.http.problems import FieldsRefused
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.logs import logger
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import NotAuthentic
from ishtirak.kernel.value import Value
from ishtirak.webhooks.signatures import SignatureRefused, SignedMessage, SigningKey, verify


class WebhookReceipt(Value):
    """The message is kept and will be applied."""

    received: str = Field(description="The id it was sent under (webhook-id)")


def webhook(path: str, **contract: Any) -> Operation:
    """The operation of a webhook: nobody is signed in, the signature is the credential, repeating it is harmless."""
    return post(
        path,
        gives=WebhookReceipt,
        status=202,
        idempotent=False,
        reads_bytes=True,
        refusals=(401, 413, 503),
        **contract,
    )


def receiver(
    keep: Callable[[SignedMessage], None],
    *,
    name: str,
    keys: Callable[[], Sequence[SigningKey]],
    refusal: type[NotAuthentic],
    clock: Clock,
    form: type[BaseModel] | None = None,
) -> Callable[[Call[Any]], Reply[WebhookReceipt]]:
    """What answers a webhook: `keep` gets a message only when one of the live keys signed exactly its bytes in time.

    With a `form`, a signed message that does not have it is refused by field: it would say nothing later either.
    Raises `refusal` for a signature that does not hold, `Unavailable` when keys or the store cannot be asked.
    """

    def receive(call: Call[Any]) -> Reply[WebhookReceipt]:
        try:
            message_id = verify(call.headers, body=call.raw, keys=keys(), now=clock.now())
        except SignatureRefused as refused:
            logger.warning("webhook.signature_refused", extra={"reason": refused.reason})
            raise refusal() from None
        try:
            read_body(form, call.raw) if form else decode(call.raw)
        except FieldsRefused:
            logger.error("webhook.signed_message_unreadable", extra={"webhook_id": message_id})
            raise
        keep(SignedMessage(id=message_id, text=call.raw.decode()))
        logger.info("webhook.message_kept", extra={"webhook_id": message_id})
        return Reply(WebhookReceipt(received=message_id))

    receive.__name__ = name
    return receive
