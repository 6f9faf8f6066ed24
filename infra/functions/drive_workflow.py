"""The `drive_workflow` function."""

from constructs import Construct

from functions.drive_workflow.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue
from infra.workflow import Workflow


class DriveWorkflow(QueueConsumer):
    """Consumes the queue `workflow`."""

    def __init__(self, scope: Construct, *, deployment: Deployment, add_period: Workflow) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "drive_workflow",
            platform=deployment,
            settings=Settings(requests_table=data.requests.name, add_period_arn=add_period.arn),
            timeout=WORKER_TIMEOUT,
        )
        data.requests.grant(self, "get")
        add_period.grant_start_and_answer(self)
        self.queue = WorkQueue(scope, "workflow", consumer=self, batch_size=5)
        deployment.bus.subscribe(self.queue, Settings.SUBSCRIPTIONS)
