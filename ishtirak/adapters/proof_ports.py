"""The ports proofs of decisions are made with, under the names the use cases take them by."""

from typing import Protocol, TypedDict

from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.factor_table import FactorTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.proof_table import ProofTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.phones import registered_phones
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.registered_phone import RegisteredPhones


class CodePorts(TypedDict):
    """What a code is bound to and kept with; to be bound to a use case with `**`."""

    requests: RequestTable
    bills: BillTable
    challenges: AccessTable
    mac: KmsMac


class ProofPorts(TypedDict):
    """What a proof is made from, and kept in; to be bound to a use case with `**`."""

    factors: FactorTable
    proofs: ProofTable
    encryption: KmsEncryption
    phones: RegisteredPhones


class ProofSettings(Protocol):
    """What a function that proves decisions is told."""

    @property
    def requests_table(self) -> str: ...
    @property
    def register_table(self) -> str: ...
    @property
    def access_table(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...
    @property
    def mac_key_arn(self) -> str: ...
    @property
    def absher_secret_arn(self) -> str: ...


def code_ports(settings: ProofSettings) -> CodePorts:
    """What is decided about, the codes, and the key they are made with."""
    return CodePorts(
        requests=RequestTable(settings.requests_table),
        bills=BillTable(settings.register_table),
        challenges=AccessTable(settings.access_table),
        mac=KmsMac(settings.mac_key_arn),
    )


def proof_ports(settings: ProofSettings, *, clock: Clock, directory: Directory | None = None) -> ProofPorts:
    """The officer's factors and registered phone, and where proofs are kept."""
    return ProofPorts(
        factors=FactorTable(settings.access_table, clock=clock),
        proofs=ProofTable(settings.access_table),
        encryption=KmsEncryption(settings.data_key_arn),
        phones=registered_phones(settings, directory=directory),
    )
