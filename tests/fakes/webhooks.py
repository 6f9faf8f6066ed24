"""Verified messages as tests want them."""

from dataclasses import dataclass, field

from ishtirak.kernel.errors import Unavailable
from ishtirak.webhooks.signatures import SignedMessage


@dataclass
class InMemorySignedMessages:
    """The `SignedMessages` port on a list; `broken` stands for a queue that cannot be reached."""

    waiting: list[SignedMessage] = field(default_factory=list)
    broken: bool = False

    def put(self, message: SignedMessage) -> None:
        if self.broken:
            raise Unavailable()
        self.waiting.append(message)
