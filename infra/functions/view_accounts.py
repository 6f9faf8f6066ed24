"""The `view_accounts` function."""

from constructs import Construct

from functions.view_accounts.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class ViewAccounts(PythonFunction):
    """Called by the API. The keyed hash authenticates page cursors."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "view_accounts",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.register.grant(self, "get", "list")
        data.keys.grant_generate_mac(self)
