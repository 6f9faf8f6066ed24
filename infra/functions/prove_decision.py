"""The `prove_decision` function."""

from constructs import Construct

from functions.prove_decision.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class ProveDecision(PythonFunction):
    """Called by the API. It reads the version of what is decided about, and writes codes and proofs."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "prove_decision",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                register_table=data.register.name,
                access_table=data.access.name,
                data_key_arn=data.keys.data.key_arn,
                mac_key_arn=data.keys.mac.key_arn,
                absher_secret_arn=data.absher.arn,
            ),
        )
        data.requests.grant(self, "get")
        data.register.grant(self, "get")
        data.access.grant_get_revocations(self)
        data.access.grant(self, "get", "list", "put", "update")
        data.keys.grant_decrypt(self)
        data.keys.grant_generate_mac(self)
        data.absher.grant_read(self)
