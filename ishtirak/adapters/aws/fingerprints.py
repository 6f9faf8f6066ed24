"""Keyed hashes of identity numbers by KMS."""

from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.register.people import identity_message


class IdentityFingerprints:
    """The `Fingerprints` port on a keyed hash."""

    def __init__(self, mac: Mac) -> None:
        self._mac = mac

    def of(self, identity: IdentityNumber) -> str:
        return self._mac.of(identity_message(identity)).hex()
