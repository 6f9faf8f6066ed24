"""The `manage_sessions` function."""

from constructs import Construct

from functions.manage_sessions.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class ManageSessions(PythonFunction):
    """Called by the API. It lists and ends sessions, and needs no key: what renews them stays encrypted."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "manage_sessions",
            platform=deployment,
            settings=Settings(access_table=data.access.name),
        )
        data.access.grant_get_revocations(self)
        data.access.grant(self, "get", "list", "put", "update")
