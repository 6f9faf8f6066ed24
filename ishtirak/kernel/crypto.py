"""What a key management service does for us; neither key ever leaves it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

MOST_BYTES: Final = 4096
"""What KMS encrypts in one call under a symmetric key."""


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


def encrypt_long(text: str, context: Mapping[str, str], *, encryption: Encryption) -> list[str]:
    """A text of any length, encrypted part by part: a part left out, repeated or moved does not decrypt."""
    parts = list(_parts(text))
    return [
        encryption.encrypt(part, _part_context(context, position, count=len(parts)))
        for position, part in enumerate(parts)
    ]


def decrypt_long(ciphertexts: Sequence[str], context: Mapping[str, str], *, encryption: Encryption) -> str:
    """What `encrypt_long` was given, with the same context."""
    return "".join(
        encryption.decrypt(ciphertext, _part_context(context, position, count=len(ciphertexts)))
        for position, ciphertext in enumerate(ciphertexts)
    )


def _part_context(context: Mapping[str, str], position: int, *, count: int) -> dict[str, str]:
    return {**context, "part": f"{position + 1}/{count}"}


def _parts(text: str) -> Iterator[str]:
    """The text in parts KMS takes, none of them cut within a letter."""
    content = text.encode()
    start = 0
    while start < len(content):
        end = min(start + MOST_BYTES, len(content))
        while end < len(content) and content[end] & 0xC0 == 0x80:
            end -= 1
        yield content[start:end].decode()
        start = end
