"""Keyed hashes of people's numbers by KMS."""

from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.identity import PersonNumber
from ishtirak.register.people import identity_message


class IdentityFingerprints:
    """The `Fingerprints` port on a keyed hash."""

    def __init__(self, mac: Mac) -> None:
        self._mac = mac

    def of(self, identity: PersonNumber) -> str:
        return self._mac.of(identity_message(identity)).hex()
