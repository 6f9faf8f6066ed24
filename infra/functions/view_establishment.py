"""The `view_establishment` function."""

from constructs import Construct

from functions.view_establishment.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class ViewEstablishment(PythonFunction):
    """Called by the API. Readings are written down; a number is decrypted to be revealed, and to ask for a mobile."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "view_establishment",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.register.grant(self, "get", "list", "put", "update", indexes=("by_establishment",))
        data.keys.grant_encrypt(self)
        data.keys.grant_decrypt(self)
        data.keys.grant_generate_mac(self)
        data.absher.grant_read(self)
