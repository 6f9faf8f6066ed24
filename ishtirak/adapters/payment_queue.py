"""The durable queue between the payment system's signature check and the bills."""

import json
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.aws import client
from ishtirak.kernel.errors import Unavailable


@dataclass(frozen=True)
class QueuedNotice:
    """A verified notice: the text that was signed, and the id it was sent under."""

    message_id: str
    notice: str

    def to_body(self) -> str:
        """ASCII JSON, so that no letter of the notice is one the queue refuses."""
        return json.dumps({"webhook_id": self.message_id, "notice": self.notice})

    @classmethod
    def from_body(cls, body: str) -> "QueuedNotice":
        envelope = json.loads(body)
        return cls(message_id=envelope["webhook_id"], notice=envelope["notice"])


class PaymentQueue:
    """Where verified notices are put before the payment system is answered."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def put(self, notice: QueuedNotice) -> None:
        """Durable when it returns; otherwise `Unavailable`, and the payment system sends again."""
        try:
            client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=notice.to_body())
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
