"""Whether a person's registered phone is still the one a code was sent to."""

from dataclasses import dataclass

from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.identity import Mobile
from ishtirak.otp.rules import phone_message
from ishtirak.register.ports import Directory, People
from ishtirak.use_cases.registered_mobile import registered_mobile


@dataclass(frozen=True)
class RegisteredPhones:
    """The register, the directory, and the keys that lie between them."""

    people: People
    encryption: Encryption
    directory: Directory
    mac: Mac

    def keyed_hash(self, person_id: str) -> str | None:
        """That of the phone registered for the person now; None where there is none, or nobody.

        Raises `Unavailable` when a key or the directory does not answer.
        """
        contributor = self.people.find(person_id)
        mobile = registered_mobile(contributor, encryption=self.encryption, directory=self.directory)
        return phone_hash(mobile, mac=self.mac) if mobile else None


def phone_hash(mobile: Mobile, *, mac: Mac) -> str:
    """What is kept of a phone: enough to know it again."""
    return mac.of(phone_message(mobile)).hex()
