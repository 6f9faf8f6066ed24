"""Receiving what Qiwa sends of a contract: durable before it is answered, applied afterwards."""

from ishtirak.webhooks.ports import SignedMessages
from ishtirak.webhooks.signatures import SignedMessage


def receive_contract(message: SignedMessage, *, queue: SignedMessages) -> None:
    """Keep a verified message for `apply_contract`; `Unavailable` when it is not durable: Qiwa sends it again."""
    queue.put(message)
