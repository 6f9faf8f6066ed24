"""The secret of an authenticator, encrypted for the one person and authenticator it is of."""

from ishtirak.kernel.crypto import Encryption

_FIELD = "totp_secret"


def encrypt_secret(secret: str, *, person_id: str, authenticator_id: str, encryption: Encryption) -> str:
    """The secret, encrypted for this authenticator of this person."""
    return encryption.encrypt(secret, _context(person_id, authenticator_id))


def decrypt_secret(encrypted: str, *, person_id: str, authenticator_id: str, encryption: Encryption) -> str:
    """The secret again; one that was encrypted for another item cannot be decrypted."""
    return encryption.decrypt(encrypted, _context(person_id, authenticator_id))


def _context(person_id: str, authenticator_id: str) -> dict[str, str]:
    return {"item": f"{person_id}/{authenticator_id}", "field": _FIELD}
