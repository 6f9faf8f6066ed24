"""The `edit_request` function."""

from constructs import Construct

from functions.edit_request.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class EditRequest(PythonFunction):
    """Called by the API."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "edit_request",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                requests_table=data.requests.name,
                register_table=data.register.name,
                data_key_arn=data.keys.data.key_arn,
                jawazat_secret_arn=data.jawazat.arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.requests.grant(self, "get", "list", "put", indexes=("by_owner",))
        data.register.grant(self, "get", "list")
        data.keys.grant_decrypt(self)
        data.jawazat.grant_read(self)
