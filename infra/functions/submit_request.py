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
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.requests.grant(self, "get", "put")
        data.access.grant(self, "update")
        data.register.grant(self, "get")
        data.keys.grant_generate_mac(self)
        data.keys.grant_decrypt(self)
        data.absher.grant_read(self)
