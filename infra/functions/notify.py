"""The `notify` function."""

from constructs import Construct

from functions.notify.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue


class Notify(QueueConsumer):
    """Consumes the queue `notices`; it sends to the queue of `send_notice`, a message for each person."""

    def __init__(self, scope: Construct, *, deployment: Deployment, sms_queue: WorkQueue) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "notify",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                register_table=data.register.name,
                sms_queue_url=sms_queue.url,
            ),
            timeout=WORKER_TIMEOUT,
        )
        data.requests.grant(self, "get")
        data.register.grant(self, "get", indexes=("by_establishment",))
        sms_queue.grant_send(self)
        self.queue = WorkQueue(scope, "notices", consumer=self, batch_size=5)
        deployment.bus.subscribe(self.queue, Settings.SUBSCRIPTIONS)
