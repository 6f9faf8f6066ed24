"""The ports sign-in stands on, under the names its use cases take them by."""

from typing import TypedDict

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.session_table import SessionTable
from ishtirak.adapters.aws.user_pool import CognitoUserPool


class SignInPorts(TypedDict):
    """To be bound to a use case with `**`."""

    sign_ins: SessionTable
    pool: CognitoUserPool
    encryption: KmsEncryption
    mac: KmsMac
