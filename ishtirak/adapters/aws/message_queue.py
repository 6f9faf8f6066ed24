"""A durable queue between a signature check and whoever applies what was signed."""

import json

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable
from ishtirak.webhooks.signatures import SignedMessage


class MessageQueue:
    """The `SignedMessages` port on SQS."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def put(self, message: SignedMessage) -> None:
        """Durable when it returns; otherwise `Unavailable`, and the sender sends again."""
        # ASCII JSON, so that no letter of the message is one the queue refuses
        body = json.dumps({"webhook_id": message.id, "message": message.text})
        try:
            client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=body)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
