"""Keyed hashes by KMS: the key never leaves it."""

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable


class KmsMac:
    """The `Mac` port on a KMS key of type HMAC_256."""

    def __init__(self, key_arn: str) -> None:
        self._key_arn = key_arn

    def of(self, message: bytes) -> bytes:
        """HMAC-SHA-256 of the message.

        Whatever goes wrong is `Unavailable`: without the key nothing is ever right.
        """
        try:
            made = client("kms").generate_mac(
                KeyId=self._key_arn, MacAlgorithm="HMAC_SHA_256", Message=message
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
        return bytes(made["Mac"])
