"""The `issue_certificate` function."""

from constructs import Construct

from functions.issue_certificate.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class IssueCertificate(PythonFunction):
    """Called by the API. The keyed hash makes verification codes; lookups are counted in the Access table."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "issue_certificate",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.access.grant(self, "update")
        data.register.grant(self, "get", "list", "put", indexes=("by_establishment",))
        data.keys.grant_generate_mac(self)
