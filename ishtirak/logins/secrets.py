"""The username, encrypted for the one item it is kept in."""

from ishtirak.kernel.crypto import Encryption
from ishtirak.logins.model import Login, login_aggregate


def encrypt_username(username: str, *, person_id: str, encryption: Encryption) -> str:
    """The username, for the login of this person alone."""
    return encryption.encrypt(username, _context(person_id))


def decrypt_username(login: Login, *, encryption: Encryption) -> str:
    """The username again."""
    return encryption.decrypt(login.encrypted_username, _context(login.person_id))


def _context(person_id: str) -> dict[str, str]:
    return {"item": str(login_aggregate(person_id)), "field": "username"}
