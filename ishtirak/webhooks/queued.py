"""A verified message as it waits in a queue: encrypted, for it holds what the sender wrote of people.

Who reads the queue, its dead letters or a copy of them learns the id the message was sent under, and nothing else.
"""

import json

from ishtirak.kernel.crypto import Encryption, decrypt_long, encrypt_long
from ishtirak.webhooks.signatures import SignedMessage


def to_queue(message: SignedMessage, *, encryption: Encryption) -> str:
    """The body to queue. Raises `Unavailable` when it cannot be encrypted."""
    encrypted = encrypt_long(message.text, _context(message.id), encryption=encryption)
    return json.dumps({"webhook_id": message.id, "encrypted": encrypted})


def from_queue(body: str, *, encryption: Encryption) -> SignedMessage:
    """The message again; one that was encrypted under another id does not decrypt."""
    envelope = json.loads(body)
    message_id = envelope["webhook_id"]
    text = decrypt_long(envelope["encrypted"], _context(message_id), encryption=encryption)
    return SignedMessage(id=message_id, text=text)


def _context(message_id: str) -> dict[str, str]:
    return {"field": "signed-message", "webhook_id": message_id}
