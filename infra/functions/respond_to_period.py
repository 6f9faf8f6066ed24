"""The `respond_to_period` function."""

from constructs import Construct

from functions.respond_to_period.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class RespondToPeriod(PythonFunction):
    """Called by the API. The index lists what waits on the employer's desk; the keyed hash authenticates cursors."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "respond_to_period",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                requests_table=data.requests.name,
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.requests.grant(self, "get", "put", indexes=("by_desk",))
        data.register.grant(self, "get", "list")
        data.keys.grant_generate_mac(self)
