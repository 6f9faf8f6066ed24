"""The `ingest_contract` function."""

from constructs import Construct

from functions.ingest_contract.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue

#: Batches handled at once: limits what a burst of Qiwa does to the register.
MAX_CONCURRENT_BATCHES = 10


class IngestContract(QueueConsumer):
    """Consumes the queue `contracts`, whose messages `receive_contract` encrypted."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "ingest_contract",
            platform=deployment,
            settings=Settings(
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
                jawazat_secret_arn=data.jawazat.arn,
            ),
            timeout=WORKER_TIMEOUT,
        )
        data.register.grant(self, "get", "list", "put")
        data.keys.grant_generate_mac(self)
        data.keys.grant_encrypt(self)
        data.keys.grant_decrypt(self)
        data.absher.grant_read(self)
        data.jawazat.grant_read(self)
        self.queue = WorkQueue(
            scope,
            "contracts",
            consumer=self,
            batch_size=10,
            max_concurrency=MAX_CONCURRENT_BATCHES,
        )
