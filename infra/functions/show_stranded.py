"""The `show_stranded` function."""

from constructs import Construct

from functions.show_stranded.settings import Settings
from infra.bus import FailedRuns
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue
from infra.workflow import Workflow


class ShowStranded(QueueConsumer):
    """Consumes the queue `runs`: what Step Functions reports of runs that failed, and what the sweep finds."""

    def __init__(self, scope: Construct, *, deployment: Deployment, add_period: Workflow) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "show_stranded",
            platform=deployment,
            settings=Settings(requests_table=data.requests.name, add_period_arn=add_period.arn),
            timeout=WORKER_TIMEOUT,
        )
        data.requests.grant(self, "get", "put")
        add_period.grant_describe_and_stop(self)
        self.queue = WorkQueue(scope, "runs", consumer=self, batch_size=5)
        FailedRuns(scope, "FailedRuns", machine_arn=add_period.arn, queue=self.queue)
