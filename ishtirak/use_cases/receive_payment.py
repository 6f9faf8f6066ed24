"""The payment system reports money received."""

from ishtirak.webhooks.ports import SignedMessages
from ishtirak.webhooks.signatures import SignedMessage


def receive_payment(message: SignedMessage, *, queue: SignedMessages) -> None:
    """Keep a verified notice until `settle_payment` applies it; `Unavailable` when it could not be kept."""
    queue.put(message)
