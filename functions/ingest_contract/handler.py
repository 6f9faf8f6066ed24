"""Queue of Qiwa's events: each version is applied once, or held with a reason; each outcome is counted."""

from functools import partial

from functions.ingest_contract import model
from functions.ingest_contract.settings import Settings
from ishtirak.adapters.agencies.absher import absher_directory
from ishtirak.adapters.agencies.jawazat import jawazat_residency
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.contract_table import ContractTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import EstablishmentTable, PeopleTable
from ishtirak.adapters.clock import SystemClock
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
    encryption = KmsEncryption(settings.data_key_arn)
    apply = partial(
        apply_contract,
        contracts=ContractTable(settings.register_table, encryption=encryption),
        people=PeopleTable(settings.register_table),
        establishments=EstablishmentTable(settings.register_table),
        accounts=AccountTable(settings.register_table),
        bills=BillTable(settings.register_table),
        calculator=bill_calculator(),
        directory=directory or absher_directory(settings.absher_secret_arn),
        residency=residency or jawazat_residency(settings.jawazat_secret_arn),
        fingerprints=IdentityFingerprints(KmsMac(settings.mac_key_arn)),
        encryption=encryption,
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
    )
    return consumer(apply, reads=model.queued_message, log_fields=model.message_facts, counts=True)
