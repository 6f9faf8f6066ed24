"""A durable queue between a signature check and whoever applies what was signed."""

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import Unavailable
from ishtirak.webhooks.queued import to_queue
from ishtirak.webhooks.signatures import SignedMessage


class MessageQueue:
    """The `SignedMessages` port on SQS; no message is put there that is not encrypted."""

    def __init__(self, queue_url: str, *, encryption: Encryption) -> None:
        self._queue_url = queue_url
        self._encryption = encryption

    def put(self, message: SignedMessage) -> None:
        """Durable when it returns; otherwise `Unavailable`, and the sender sends again."""
        body = to_queue(message, encryption=self._encryption)
        try:
            client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=body)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
