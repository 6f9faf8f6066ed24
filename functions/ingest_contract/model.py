"""What ingest_contract takes from its queue."""

from collections.abc import Mapping
from typing import Any

from ishtirak.kernel.crypto import Encryption
from ishtirak.webhooks.queued import from_queue
from ishtirak.webhooks.signatures import SignedMessage


def queued_message(body: str, *, encryption: Encryption) -> Mapping[str, SignedMessage]:
    """The verified message as the use case takes it."""
    return {"message": from_queue(body, encryption=encryption)}


def message_facts(arguments: Mapping[str, Any]) -> Mapping[str, str]:
    """What the log says of it: the id it was sent under."""
    message: SignedMessage = arguments["message"]
    return {"webhook_id": message.id}
