"""The ports establishments are enrolled with, under the names the use case takes them by."""

from typing import Protocol, TypedDict

from ishtirak.adapters.agencies.absher import absher_directory
from ishtirak.adapters.agencies.commercial_registry import commercial_registry
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.registry_feed_table import RegistryFeedTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import CommercialRegistry, Directory
from ishtirak.use_cases.enrol_establishments import OwnerReader


class EnrolmentPorts(TypedDict):
    """What is read, and where what follows from it is kept."""

    registry: CommercialRegistry
    feed: RegistryFeedTable
    establishments: EstablishmentTable
    owners: OwnerReader
    clock: Clock


class EnrolmentSettings(Protocol):
    """What the function of the feed is told."""

    @property
    def register_table(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...
    @property
    def mac_key_arn(self) -> str: ...
    @property
    def absher_secret_arn(self) -> str: ...
    @property
    def commercial_registry_secret_arn(self) -> str: ...


def enrolment_ports(
    settings: EnrolmentSettings,
    *,
    clock: Clock | None = None,
    registry: CommercialRegistry | None = None,
    directory: Directory | None = None,
) -> EnrolmentPorts:
    """The registry, the directory of persons, and the register."""
    now, table = clock or SystemClock(), settings.register_table
    owners = OwnerReader(
        people=PeopleTable(table),
        directory=directory or absher_directory(settings.absher_secret_arn),
        fingerprints=IdentityFingerprints(KmsMac(settings.mac_key_arn)),
        encryption=KmsEncryption(settings.data_key_arn),
        clock=now,
    )
    return EnrolmentPorts(
        registry=registry or commercial_registry(settings.commercial_registry_secret_arn),
        feed=RegistryFeedTable(table),
        establishments=EstablishmentTable(table),
        owners=owners,
        clock=now,
    )
