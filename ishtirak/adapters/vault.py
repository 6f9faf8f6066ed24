"""Small secrets at rest: sealed by KMS, and only opened in the place they were sealed for."""

import base64
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.aws import client
from ishtirak.kernel.errors import Unavailable

LARGEST = 4096
"""What KMS encrypts directly, in bytes; a Cognito refresh token takes about half of it."""


def place(pk: str, field: str) -> dict[str, str]:
    """The encryption context of one field of one item.

    A ciphertext moved to another item does not open there.
    """
    return {"pk": pk, "field": field}


class Vault:
    """Seals text with a KMS key; the context is bound in and must be given again to open it."""

    def __init__(self, key_arn: str) -> None:
        self._key_arn = key_arn

    def seal(self, text: str, context: Mapping[str, str]) -> str:
        """The sealed text, in base64, fit for a table."""
        try:
            sealed = client("kms").encrypt(
                KeyId=self._key_arn, Plaintext=text.encode(), EncryptionContext=dict(context)
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
        return base64.b64encode(sealed["CiphertextBlob"]).decode()

    def open(self, sealed: str, context: Mapping[str, str]) -> str:
        """The text again.

        A ciphertext from elsewhere is a defect or an attack, never a reason to try again.
        """
        try:
            opened = client("kms").decrypt(
                KeyId=self._key_arn, CiphertextBlob=base64.b64decode(sealed), EncryptionContext=dict(context)
            )
        except client("kms").exceptions.InvalidCiphertextException:
            raise
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
        return bytes(opened["Plaintext"]).decode()
