"""The `retain_documents` function."""

from constructs import Construct

from functions.retain_documents.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue


class RetainDocuments(QueueConsumer):
    """Consumes the queue `retention`."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "retain_documents",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name, clean_bucket=data.documents.clean.bucket_name
            ),
            timeout=WORKER_TIMEOUT,
        )
        data.requests.grant(self, "get", "put")
        data.documents.grant_retain(self)
        self.queue = WorkQueue(scope, "retention", consumer=self, batch_size=5)
        deployment.bus.subscribe(self.queue, Settings.SUBSCRIPTIONS)
