"""The `decide_bill` function."""

from constructs import Construct

from functions.decide_bill.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class DecideBill(PythonFunction):
    """Called by the API."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "decide_bill",
            platform=deployment,
            settings=Settings(register_table=data.register.name),
        )
        data.register.grant(self, "get", "list", "put", indexes=("by_establishment",))
