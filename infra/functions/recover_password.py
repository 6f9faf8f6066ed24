"""The `recover_password` function."""

from constructs import Construct

from functions.recover_password.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class RecoverPassword(PythonFunction):
    """Called by the API, by who cannot sign in: it sets passwords, also of who is not in the pool yet."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "recover_password",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                register_table=data.register.name,
                user_pool_id=data.people.pool.user_pool_id,
                user_pool_client_id=data.people.client.user_pool_client_id,
                data_key_arn=data.keys.data.key_arn,
                mac_key_arn=data.keys.mac.key_arn,
                absher_secret_arn=data.absher.arn,
            ),
        )
        data.access.grant(self, "get", "list", "put", "update")
        data.register.grant(self, "get")
        data.absher.grant_read(self)
        data.people.grant_sign_in(self)
        data.people.grant_open_logins(self)
        data.keys.grant_encrypt(self)
        data.keys.grant_decrypt(self)
        data.keys.grant_generate_mac(self)
