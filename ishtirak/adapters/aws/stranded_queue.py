"""A durable queue between whoever finds that a run may have died and whoever looks at its request."""

import json

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable


class StrandedQueue:
    """The `StrandedRuns` port on SQS; a message has the form of what Step Functions itself reports."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def put(self, run: str) -> None:
        body = json.dumps({"detail-type": "Workflow Sweep", "detail": {"name": run}})
        try:
            client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=body)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
