"""The `manage_officials` function."""

from constructs import Construct

from functions.manage_officials.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class ManageOfficials(PythonFunction):
    """Called by the API. Who is invited becomes known to the register, with the number encrypted for its item."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "manage_officials",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                register_table=data.register.name,
                data_key_arn=data.keys.data.key_arn,
                mac_key_arn=data.keys.mac.key_arn,
                absher_secret_arn=data.absher.arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.access.grant(self, "get", "list", "put", "update")
        data.register.grant(self, "get", "put", indexes=("by_establishment",))
        data.keys.grant_encrypt(self)
        data.keys.grant_decrypt(self)
        data.keys.grant_generate_mac(self)
        data.absher.grant_read(self)
