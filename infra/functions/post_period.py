"""The `post_period` function."""

from constructs import Construct

from functions.post_period.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT, PythonFunction


class PostPeriod(PythonFunction):
    """A step of the workflow `add_period`."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "post_period",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                register_table=data.register.name,
                data_key_arn=data.keys.data.key_arn,
                jawazat_secret_arn=data.jawazat.arn,
            ),
            timeout=WORKER_TIMEOUT,
        )
        data.requests.grant(self, "get", "put")
        data.register.grant(self, "get", "list", "put")
        data.keys.grant_decrypt(self)
        data.jawazat.grant_read(self)
