"""The durable queue between Qiwa's signature check and the register."""

import json
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.aws import client
from ishtirak.kernel.errors import Unavailable


@dataclass(frozen=True)
class QueuedContract:
    """A verified message: the text Qiwa signed, and the id it was sent under."""

    message_id: str
    message: str

    def to_body(self) -> str:
        """ASCII JSON, so that no letter of the message is one the queue refuses."""
        return json.dumps({"webhook_id": self.message_id, "message": self.message})

    @classmethod
    def from_body(cls, body: str) -> "QueuedContract":
        envelope = json.loads(body)
        return cls(message_id=envelope["webhook_id"], message=envelope["message"])


class ContractQueue:
    """Where verified messages are put before Qiwa is answered."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def put(self, message: QueuedContract) -> None:
        """Durable when it returns; otherwise `Unavailable`, and Qiwa sends again."""
        try:
            client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=message.to_body())
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
