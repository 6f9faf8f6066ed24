"""A durable queue between whoever knows of an event and whoever sends its notices, one person a message."""

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable
from ishtirak.messages.notices import Notice


class NoticeQueue:
    """The `Notices` port on SQS."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def put(self, notice: Notice) -> None:
        try:
            client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=notice.model_dump_json())
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
