"""Finding the person behind a number: in the register, or else in the directory of persons."""

from dataclasses import dataclass
from enum import Enum, auto

from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import NO_ITEMS, Items
from ishtirak.register.people import Contributor, identity_encryption_context
from ishtirak.register.person import Person
from ishtirak.register.ports import Directory, Fingerprints, People
from ishtirak.register.refusals import BirthDateFrozen, NumberReplaced


class Acquaintance(Enum):
    """What the register knew of a person before."""

    KNOWN = auto()
    """The person, by this very number."""
    RENUMBERED = auto()
    """The person, by the number this one replaced."""
    NEW = auto()
    """Nothing."""


@dataclass(frozen=True)
class IdentifiedPerson:
    """Who a number belongs to, and what the register knew of them; `items` goes into the effect."""

    contributor: Contributor
    acquaintance: Acquaintance

    @property
    def is_new(self) -> bool:
        return self.acquaintance is Acquaintance.NEW

    def items(self, people: People, *, fingerprint: str) -> Items:
        """The writes that make the person known by this number; none where they are."""
        if self.acquaintance is Acquaintance.KNOWN:
            return NO_ITEMS
        write = people.save if self.is_new else people.renumber
        return write(self.contributor, fingerprint=fingerprint)


def identify_person(
    identity: PersonNumber,
    *,
    fingerprint: str,
    people: People,
    directory: Directory,
    fingerprints: Fingerprints,
    encryption: Encryption,
    clock: Clock,
) -> IdentifiedPerson | None:
    """The person with this number, or None when both register and directory are certain there is nobody.

    Whom the register knows is as it knows them: nothing the directory says by now changes them. A resident it knows by
    border number keeps their id when the directory says that an iqama replaced it.

    `fingerprint` is the keyed hash of the number. Raises `Unavailable` when the directory or the key does not answer;
    `NumberReplaced` and `BirthDateFrozen` where the two disagree.
    """
    known = _known(fingerprint, people=people)
    if known is not None:
        return IdentifiedPerson(known, Acquaintance.KNOWN)
    person = directory.find(identity)
    if person is None:
        return None
    if person.identity != identity:
        raise NumberReplaced()
    entered = person.border_number
    before = _known(fingerprints.of(entered), people=people) if entered else None
    if before is None:
        return IdentifiedPerson(new_contributor(person, encryption=encryption, clock=clock), Acquaintance.NEW)
    return IdentifiedPerson(renumbered(before, person, encryption=encryption), Acquaintance.RENUMBERED)


def _known(fingerprint: str, *, people: People) -> Contributor | None:
    person_id = people.id_of(fingerprint)
    return people.find(person_id) if person_id else None


def renumbered(before: Contributor, person: Person, *, encryption: Encryption) -> Contributor:
    """A resident under the number that replaced their border number. Raises `BirthDateFrozen`."""
    if not person.birth_date.agrees_with(before.birth_date):
        raise BirthDateFrozen()
    context = identity_encryption_context(before.person_id)
    return before.model_copy(
        update={
            "encrypted_identity": encryption.encrypt(person.identity.reveal(), context),
            "masked_identity": person.identity.masked(),
            "kind": person.identity.kind,
        }
    )


def new_contributor(person: Person, *, encryption: Encryption, clock: Clock) -> Contributor:
    """Somebody the register does not know yet, as the directory has them, under an id of their own."""
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
        premium_residency=person.premium_residency,
        sex=person.sex,
        name_ar=person.name_ar,
        name_en=person.name_en,
        registered_at=to_rfc3339(clock.now()),
    )
