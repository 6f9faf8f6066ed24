"""Small secrets at rest: encrypted by KMS, and decrypted only with the context they were encrypted with.

KMS takes 4,096 bytes at once; a Cognito refresh token takes about half of it.
"""

import base64
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable


class KmsEncryption:
    """The `Encryption` port on a KMS key."""

    def __init__(self, key_arn: str) -> None:
        self._key_arn = key_arn

    def encrypt(self, text: str, context: Mapping[str, str]) -> str:
        """The ciphertext, in base64, fit for a table."""
        try:
            encrypted = client("kms").encrypt(
                KeyId=self._key_arn, Plaintext=text.encode(), EncryptionContext=dict(context)
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
        return base64.b64encode(encrypted["CiphertextBlob"]).decode()

    def decrypt(self, ciphertext: str, context: Mapping[str, str]) -> str:
        """The text again.

        A ciphertext from elsewhere is a defect or an attack, never a reason to try again.
        """
        try:
            decrypted = client("kms").decrypt(
                KeyId=self._key_arn,
                CiphertextBlob=base64.b64decode(ciphertext),
                EncryptionContext=dict(context),
            )
        except client("kms").exceptions.InvalidCiphertextException:
            raise
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
        return bytes(decrypted["Plaintext"]).decode()
