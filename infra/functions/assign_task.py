"""The `assign_task` function."""

from constructs import Construct

from functions.assign_task.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT, PythonFunction


class AssignTask(PythonFunction):
    """A step of the workflow `add_period`."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "assign_task",
            platform=deployment,
            settings=Settings(requests_table=data.requests.name),
            timeout=WORKER_TIMEOUT,
        )
        data.requests.grant(self, "get", "put")
