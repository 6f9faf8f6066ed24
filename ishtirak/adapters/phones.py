"""The ports that tell whether a code was sent to the phone that is still registered."""

from typing import Protocol

from ishtirak.adapters.agencies.absher import absher_within_a_response
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.register.ports import Directory
from ishtirak.use_cases.registered_phone import RegisteredPhones


class PhoneSettings(Protocol):
    """What a function that verifies codes is told."""

    @property
    def register_table(self) -> str: ...
    @property
    def mac_key_arn(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...
    @property
    def absher_secret_arn(self) -> str: ...


def registered_phones(settings: PhoneSettings, *, directory: Directory | None = None) -> RegisteredPhones:
    """The phones of the people in the register, as the directory has them now."""
    return RegisteredPhones(
        people=PeopleTable(settings.register_table),
        encryption=KmsEncryption(settings.data_key_arn),
        directory=directory or absher_within_a_response(settings.absher_secret_arn),
        mac=KmsMac(settings.mac_key_arn),
    )
