"""Finding the person behind an identity number: in the register, or else in the directory of persons."""

from dataclasses import dataclass

from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.kernel.ids import new_id
from ishtirak.register.people import Contributor, identity_encryption_context
from ishtirak.register.person import Person
from ishtirak.register.ports import Directory, People


@dataclass(frozen=True)
class IdentifiedPerson:
    """Who a number belongs to; `is_new` says that the register does not know them yet: save them with the effect."""

    contributor: Contributor
    is_new: bool


def identify_person(
    identity: IdentityNumber,
    *,
    fingerprint: str,
    people: People,
    directory: Directory,
    encryption: Encryption,
    clock: Clock,
) -> IdentifiedPerson | None:
    """The person with this number, or None when both register and directory are certain there is nobody.

    `fingerprint` is the keyed hash of the number. Raises `Unavailable` when the directory or the key does not answer.
    """
    person_id = people.id_of(fingerprint)
    known = people.find(person_id) if person_id else None
    if known is not None:
        return IdentifiedPerson(known, is_new=False)
    person = directory.find(identity)
    if person is None:
        return None
    return IdentifiedPerson(_contributor(person, encryption=encryption, clock=clock), is_new=True)


def _contributor(person: Person, *, encryption: Encryption, clock: Clock) -> Contributor:
    person_id = new_id()
    return Contributor(
        person_id=person_id,
        encrypted_identity=encryption.encrypt(
            person.identity.reveal(), identity_encryption_context(person_id)
        ),
        masked_identity=person.identity.masked(),
        kind=person.identity.kind,
        birth_date=person.birth_date,
        country=person.nationality,
        sex=person.sex,
        name_ar=person.name_ar,
        name_en=person.name_en,
        registered_at=to_rfc3339(clock.now()),
    )
