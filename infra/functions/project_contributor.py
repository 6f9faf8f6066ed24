"""The `project_contributor` function."""

from constructs import Construct

from functions.project_contributor.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue


class ProjectContributor(QueueConsumer):
    """Consumes the queue `lists`."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "project_contributor",
            platform=deployment,
            settings=Settings(register_table=data.register.name),
            timeout=WORKER_TIMEOUT,
        )
        data.register.grant(self, "get", "list")
        data.register.grant_write_lists(self)
        self.queue = WorkQueue(scope, "lists", consumer=self, batch_size=5)
        deployment.bus.subscribe(self.queue, Settings.SUBSCRIPTIONS)
