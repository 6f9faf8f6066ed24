"""The `sign_in` function."""

from constructs import Construct

from functions.sign_in.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class SignIn(PythonFunction):
    """Called by the API. Of the user pool it checks passwords; it makes nobody."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "sign_in",
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
        data.keys.grant_encrypt(self)
        data.keys.grant_decrypt(self)
        data.keys.grant_generate_mac(self)
