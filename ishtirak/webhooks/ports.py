"""What webhooks need from the outside."""

from typing import Protocol

from ishtirak.webhooks.signatures import SignedMessage


class SignedMessages(Protocol):
    """Verified messages that wait to be applied."""

    def put(self, message: SignedMessage) -> None:
        """Durable when it returns; otherwise `Unavailable`, and the sender sends again."""
