"""The `send_notice` function."""

import jsii
from aws_cdk import IStableStringProducer, Lazy
from constructs import Construct

from functions.send_notice.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue


class SendNotice(QueueConsumer):
    """Consumes the queue `sms`, whose messages hold ids, references and amounts."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "send_notice",
            platform=deployment,
            settings=Settings(
                register_table=data.register.name,
                access_table=data.access.name,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
                sms_secret_arn=data.sms.arn,
                sms_queue_url=Lazy.string(_QueueUrl(self)),
            ),
            timeout=WORKER_TIMEOUT,
        )
        data.register.grant(self, "get")
        data.access.grant(self, "get", "list", "put", "update")
        data.keys.grant_decrypt(self)
        data.absher.grant_read(self)
        data.sms.grant_read(self)
        self.queue = WorkQueue(scope, "sms", consumer=self, batch_size=5)
        self.queue.grant_send(self)


@jsii.implements(IStableStringProducer)
class _QueueUrl:
    """The address of the queue, which is made for its consumer and so after it."""

    def __init__(self, consumer: QueueConsumer) -> None:
        self._consumer = consumer

    def produce(self) -> str:
        return self._consumer.queue.url
