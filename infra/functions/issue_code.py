"""The `issue_code` function."""

from constructs import Construct

from functions.issue_code.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class IssueCode(PythonFunction):
    """Called by the API."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "issue_code",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                access_table=data.access.name,
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
            ),
        )
        data.requests.grant(self, "get")
        data.register.grant(self, "list")
        data.access.grant(self, "get", "list", "put")
        data.keys.grant_generate_mac(self)
