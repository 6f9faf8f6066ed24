"""The ports sign-in stands on, under the names its use cases take them by."""

from typing import Protocol, TypedDict

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.session_table import SessionTable
from ishtirak.adapters.aws.user_pool import CognitoUserPool
from ishtirak.kernel.clock import Clock


class SignInPorts(TypedDict):
    """To be bound to a use case with `**`."""

    sign_ins: SessionTable
    pool: CognitoUserPool
    encryption: KmsEncryption
    mac: KmsMac


class SignInSettings(Protocol):
    """What a function that signs people in is told."""

    @property
    def access_table(self) -> str: ...
    @property
    def user_pool_id(self) -> str: ...
    @property
    def user_pool_client_id(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...
    @property
    def mac_key_arn(self) -> str: ...


def sign_in_ports(settings: SignInSettings, *, clock: Clock) -> SignInPorts:
    """Sessions, the user pool, and the keys between them."""
    return SignInPorts(
        sign_ins=SessionTable(settings.access_table, clock=clock),
        pool=CognitoUserPool(settings.user_pool_id, client_id=settings.user_pool_client_id),
        encryption=KmsEncryption(settings.data_key_arn),
        mac=KmsMac(settings.mac_key_arn),
    )
