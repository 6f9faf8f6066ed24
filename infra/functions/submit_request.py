"""The `submit_request` function."""

from constructs import Construct

from functions.submit_request.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class SubmitRequest(PythonFunction):
    """Called by the API. Consuming the code is an update of the challenge, in the transaction of the request."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "submit_request",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                access_table=data.access.name,
                mac_key_arn=data.keys.mac.key_arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.requests.grant(self, "get", "put")
        data.access.grant(self, "update")
        data.keys.grant_generate_mac(self)
