"""The `record_timeout` function."""

from constructs import Construct

from functions.record_timeout.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT, PythonFunction


class RecordTimeout(PythonFunction):
    """A step of the workflow `add_period`."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "record_timeout",
            platform=deployment,
            settings=Settings(requests_table=data.requests.name),
            timeout=WORKER_TIMEOUT,
        )
        data.requests.grant(self, "get", "put")
