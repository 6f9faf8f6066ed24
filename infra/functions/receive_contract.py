"""The `receive_contract` function."""

from constructs import Construct

from functions.receive_contract.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction
from infra.queue import WorkQueue


class ReceiveContract(PythonFunction):
    """Called by the API, as Qiwa's webhook; it encrypts what it sends to the queue of `ingest_contract`."""

    def __init__(self, scope: Construct, *, deployment: Deployment, contracts_queue: WorkQueue) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "receive_contract",
            platform=deployment,
            settings=Settings(
                contracts_queue_url=contracts_queue.url,
                qiwa_secret_arn=data.qiwa.arn,
                data_key_arn=data.keys.data.key_arn,
            ),
        )
        contracts_queue.grant_send(self)
        data.qiwa.grant_read(self)
        data.keys.grant_encrypt(self)
