"""The `settle_bill` function."""

from constructs import Construct

from functions.settle_bill.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue

#: Batches handled at once: limits what the end of the month does to the register.
MAX_CONCURRENT_BATCHES = 5


class SettleBill(QueueConsumer):
    """Consumes the queue `payments`, whose messages `receive_payment` encrypted."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "settle_bill",
            platform=deployment,
            settings=Settings(register_table=data.register.name, data_key_arn=data.keys.data.key_arn),
            timeout=WORKER_TIMEOUT,
        )
        data.register.grant(self, "get", "put")
        data.keys.grant_decrypt(self)
        self.queue = WorkQueue(
            scope, "payments", consumer=self, batch_size=10, max_concurrency=MAX_CONCURRENT_BATCHES
        )
