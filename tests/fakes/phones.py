"""The registered phones of people, for tests that send codes, or send none."""

from ishtirak.kernel.identity import Mobile
from ishtirak.register.people import identity_encryption_context
from ishtirak.use_cases.registered_phone import RegisteredPhones
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.otp import KnownMac
from tests.fakes.register import InMemoryPeople, a_contributor
from tests.fakes.sessions import PlainEncryption

IDENTITY = "1000000008"


def no_phones() -> RegisteredPhones:
    """Nobody is known and the directory is down: whoever asks for a phone fails."""
    directory = InMemoryDirectory([])
    directory.down = True
    return RegisteredPhones(InMemoryPeople(), PlainEncryption(), directory, KnownMac())


def phones_of(person_id: str, mobile: Mobile | None) -> RegisteredPhones:
    """One person of the register, with this phone in the directory."""
    encryption, people = PlainEncryption(), InMemoryPeople()
    encrypted = encryption.encrypt(IDENTITY, identity_encryption_context(person_id))
    people.people[person_id] = a_contributor(person_id=person_id, encrypted_identity=encrypted)
    return RegisteredPhones(
        people, encryption, InMemoryDirectory([a_person(IDENTITY, mobile=mobile)]), KnownMac()
    )
