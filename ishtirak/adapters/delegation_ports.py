"""The ports delegations are offered and answered with, under the names the use cases take them by."""

from functools import partial
from typing import Protocol

from ishtirak.adapters.agencies.absher import absher_within_a_response
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.delegation_table import DelegationTable, PendingOfferTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.tries_table import TriesTable
from ishtirak.adapters.phones import PhoneSettings
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.verify_person import PersonVerifier


class DelegationSettings(PhoneSettings, Protocol):
    """What a function of delegations is told."""

    @property
    def access_table(self) -> str: ...


class DelegationPorts:
    """Everything a delegation is made from, by what it is bound to a use case for."""

    def __init__(
        self, settings: DelegationSettings, *, clock: Clock, directory: Directory | None = None
    ) -> None:
        register, access = settings.register_table, settings.access_table
        mac, encryption = KmsMac(settings.mac_key_arn), KmsEncryption(settings.data_key_arn)
        asked = directory or absher_within_a_response(settings.absher_secret_arn)
        people = PeopleTable(register)
        self.mac = mac
        self.acting = partial(
            partial,
            establishments=EstablishmentTable(register),
            delegations=DelegationTable(register),
            clock=clock,
        )
        self.managing = partial(self.acting, people=people)
        self.offering = partial(
            self.managing,
            offers=PendingOfferTable(access, clock=clock),
            challenges=AccessTable(access),
            mac=mac,
        )
        self.verifier = PersonVerifier(
            people=people,
            directory=asked,
            fingerprints=IdentityFingerprints(mac),
            encryption=encryption,
            tries=TriesTable(access),
            clock=clock,
        )
        self.phones = RegisteredPhones(people=people, encryption=encryption, directory=asked, mac=mac)
