"""A durable queue between whoever knows of an event and whoever sends its notices, one person a message."""

import math
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable
from ishtirak.messages.notices import NOW, Notice


class NoticeQueue:
    """The `Notices` port on SQS."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def put(self, notice: Notice, *, after: timedelta = NOW) -> None:
        try:
            client("sqs").send_message(
                QueueUrl=self._queue_url,
                MessageBody=notice.model_dump_json(),
                DelaySeconds=math.ceil(after.total_seconds()),
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
