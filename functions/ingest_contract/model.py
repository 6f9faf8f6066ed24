"""What ingest_contract takes from its queue."""

from collections.abc import Mapping
from typing import Any

from ishtirak.edge.queue import signed_message
from ishtirak.webhooks.signatures import SignedMessage


def queued_message(body: str) -> Mapping[str, SignedMessage]:
    """The verified message as the use case takes it."""
    return {"message": signed_message(body)}


def message_facts(arguments: Mapping[str, Any]) -> Mapping[str, str]:
    """What the log says of it: the id it was sent under."""
    message: SignedMessage = arguments["message"]
    return {"webhook_id": message.id}
