"""The ports a contract is applied through, under the names the use case takes them by."""

from typing import Protocol, TypedDict

from ishtirak.adapters.agencies.absher import absher_directory
from ishtirak.adapters.agencies.jawazat import jawazat_residency
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.contract_table import ContractTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.register.ports import Directory, Residency


class ContractPorts(TypedDict):
    """To be bound to the use case with `**`."""

    contracts: ContractTable
    people: PeopleTable
    establishments: EstablishmentTable
    accounts: AccountTable
    bills: BillTable
    directory: Directory
    residency: Residency
    fingerprints: IdentityFingerprints
    encryption: KmsEncryption


class ContractSettings(Protocol):
    """What a function that applies contracts is told."""

    @property
    def register_table(self) -> str: ...
    @property
    def mac_key_arn(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...
    @property
    def absher_secret_arn(self) -> str: ...
    @property
    def jawazat_secret_arn(self) -> str: ...


def contract_ports(
    settings: ContractSettings, *, directory: Directory | None = None, residency: Residency | None = None
) -> ContractPorts:
    """The ports on the table `Register`, and the two agencies that know people."""
    table, encryption = settings.register_table, KmsEncryption(settings.data_key_arn)
    return ContractPorts(
        contracts=ContractTable(table, encryption=encryption),
        people=PeopleTable(table),
        establishments=EstablishmentTable(table),
        accounts=AccountTable(table),
        bills=BillTable(table),
        directory=directory or absher_directory(settings.absher_secret_arn),
        residency=residency or jawazat_residency(settings.jawazat_secret_arn),
        fingerprints=IdentityFingerprints(KmsMac(settings.mac_key_arn)),
        encryption=encryption,
    )
