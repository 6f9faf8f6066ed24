"""The credential a session is renewed with, encrypted for the one item it is kept in."""

from ishtirak.kernel.crypto import Encryption
from ishtirak.sessions.model import Credential

_FIELD = "credential"


def encrypt_credential(credential: Credential, *, item: str, encryption: Encryption) -> str:
    """The credential, encrypted for the sign-in or session with this id."""
    return encryption.encrypt(credential.as_text(), _context(item))


def decrypt_credential(encrypted: str, *, item: str, encryption: Encryption) -> Credential:
    """The credential again; one that was encrypted for another item cannot be decrypted."""
    return Credential.from_text(encryption.decrypt(encrypted, _context(item)))


def _context(item: str) -> dict[str, str]:
    return {"item": item, "field": _FIELD}
