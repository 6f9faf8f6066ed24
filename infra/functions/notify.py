"""The `notify` function."""

from constructs import Construct

from functions.notify.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue


class Notify(QueueConsumer):
    """Consumes the queue `notices`."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "notify",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                register_table=data.register.name,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
                sms_secret_arn=data.sms.arn,
            ),
            timeout=WORKER_TIMEOUT,
        )
        data.requests.grant(self, "get")
        data.register.grant(self, "get")
        data.keys.grant_decrypt(self)
        data.absher.grant_read(self)
        data.sms.grant_read(self)
        self.queue = WorkQueue(scope, "notices", consumer=self, batch_size=5)
        deployment.bus.subscribe(self.queue, Settings.SUBSCRIPTIONS)
