"""Queue of Qiwa's events: each is applied once, set aside with a reason, or passed over; each outcome is
counted.
"""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from ishtirak.adapters.aws.register_table import RegisterTable
from ishtirak.adapters.contract_queue import QueuedContract

from functions.ingest_contract.settings import Settings
from ishtirak.adapters.agencies.absher import AbsherDirectory
from ishtirak.adapters.agencies.outbound import Outbound
from ishtirak.adapters.aws.contract_table import ContractTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.secrets import AbsherAccess, Secret
from ishtirak.adapters.clients import client
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.contract_accounts import ContractAccounts, IdentityFingerprints
from ishtirak.contracts.service import Ingestion
from ishtirak.edge.logs import logger
from ishtirak.edge.queue import queue
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory


def build(
    settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None
) -> Callable[[dict[str, Any], Any], Mapping[str, Any]]:
    time = clock or SystemClock()
    vault = KmsEncryption(settings.data_key_arn)
    absher = Secret(client("secretsmanager"), arn=settings.absher_secret_arn, model=AbsherAccess)
    ingestion = Ingestion(
        contracts=ContractTable(settings.register_table, vault=vault),
        accounts=ContractAccounts(
            RegisterTable(settings.register_table),
            directory=directory or AbsherDirectory(absher, outbound=Outbound()),
            vault=vault,
            clock=time,
        ),
        fingerprints=IdentityFingerprints(KmsMac(settings.mac_key_arn)),
        clock=time,
    )

    def ingest(body: str) -> None:
        queued = QueuedContract.from_body(body)
        outcome = ingestion.take(queued.message, message_id=queued.message_id)
        logger.info("contract_event_taken", extra={"webhook_id": queued.message_id, "outcome": outcome.value})
        with single_metric(name=outcome.value, unit=MetricUnit.Count, value=1, namespace="Ishtirak"):
            pass

    return queue(ingest)
