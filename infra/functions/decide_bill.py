"""The `decide_bill` function."""

from constructs import Construct

from functions.decide_bill.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class DecideBill(PythonFunction):
    """Called by the API. The index lists what waits for the authority; the keyed hash authenticates page cursors.

    A proof is used up by an update, in the transaction of the decision.
    """

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "decide_bill",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.register.grant(self, "get", "list", "put", indexes=("by_establishment",))
        data.access.grant(self, "update")
        data.keys.grant_generate_mac(self)
