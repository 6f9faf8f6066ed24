"""The `sweep_workflows` function."""

from aws_cdk import Duration
from constructs import Construct

from functions.sweep_workflows.settings import Settings
from infra.bus import Every
from infra.deployment import Deployment
from infra.python_function import INSPECTION_TIMEOUT, PythonFunction
from infra.queue import WorkQueue
from infra.workflow import Workflow

#: How often it is looked for requests nobody carries on. A sweep reads two lists of all that is in progress: of sixty
#: thousand requests some twenty pages of the index and sixty of the executions.
INTERVAL = Duration.minutes(15)


class SweepWorkflows(PythonFunction):
    """Fired by a schedule; it sends to the queue of `show_stranded`."""

    def __init__(
        self, scope: Construct, *, deployment: Deployment, add_period: Workflow, runs_queue: WorkQueue
    ) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "sweep_workflows",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                add_period_arn=add_period.arn,
                runs_queue_url=runs_queue.url,
            ),
            timeout=INSPECTION_TIMEOUT,
        )
        data.requests.grant(self, indexes=("in_progress",))
        add_period.grant_list(self)
        runs_queue.grant_send(self)
        Every(scope, "WorkflowSweep", interval=INTERVAL, function=self)
