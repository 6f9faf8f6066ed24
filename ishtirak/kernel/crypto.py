"""What a key management service does for us; neither key ever leaves it."""

from collections.abc import Mapping
from typing import Protocol


class Mac(Protocol):
    """A keyed hash whose key nobody can read, not even this system."""

    def of(self, message: bytes) -> bytes:
        """HMAC-SHA-256 of the message, or `Unavailable`: without the key nothing is ever right."""


class Encryption(Protocol):
    """Encrypts small secrets, each for one place: the context is bound in, and must be given again to decrypt."""

    def encrypt(self, text: str, context: Mapping[str, str]) -> str:
        """The ciphertext, in base64, fit for a table."""

    def decrypt(self, ciphertext: str, context: Mapping[str, str]) -> str:
        """The text again. A ciphertext from elsewhere is a defect or an attack, never a reason to try again."""
