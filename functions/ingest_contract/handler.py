"""Queue of Qiwa's events: each version is applied once, or held with a reason; each outcome is counted."""

from functools import partial

from functions.ingest_contract import model
from functions.ingest_contract.settings import Settings
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.contract_ports import contract_ports
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.billing.lateness import bill_calculator
from ishtirak.edge.queue import Consumer, consumer
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory, Residency
from ishtirak.use_cases.apply_contract import apply_contract


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    directory: Directory | None = None,
    residency: Residency | None = None,
) -> Consumer:
    apply = partial(
        apply_contract,
        calculator=bill_calculator(),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
        **contract_ports(settings, directory=directory, residency=residency),
    )
    reads = partial(model.queued_message, encryption=KmsEncryption(settings.data_key_arn))
    return consumer(apply, reads=reads, log_fields=model.message_facts, counts=True)
