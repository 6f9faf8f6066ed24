"""Whether a number and a birth date are one person's, for somebody who has both from that person."""

from dataclasses import dataclass

from ishtirak.delegations.policy import DelegationPolicy, policy_on
from ishtirak.delegations.ports import VerificationTries
from ishtirak.delegations.refusals import PersonNotVerified
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.transaction import Items
from ishtirak.register.person import Person
from ishtirak.register.ports import Directory, Fingerprints, People
from ishtirak.use_cases.identify_person import IdentifiedPerson, identify_person


@dataclass(frozen=True, kw_only=True)
class PersonVerifier:
    """The register, the directory, and the tries that were spent."""

    people: People
    directory: Directory
    fingerprints: Fingerprints
    encryption: Encryption
    tries: VerificationTries
    clock: Clock

    def verify(self, identity: PersonNumber, birth_date: CivilDate, *, by: Caller) -> "VerifiedPerson":
        """The person of the pair, or `PersonNotVerified`: for a wrong pair, an unknown number and a limit that is
        reached alike, after the same calls. A try is spent on both limits first, whatever comes of it.

        Raises `Unavailable` when the directory or a key does not answer: the try is spent.
        """
        fingerprint = self.fingerprints.of(identity)
        policy = policy_on(today(self.clock))
        may = [self._spend(subject, policy) for subject in (f"by/{by.person_id}", f"of/{fingerprint}")]
        person = self.directory.find(identity)
        if not all(may) or person is None or not person.birth_date.agrees_with(birth_date):
            raise PersonNotVerified()
        identified = identify_person(
            identity,
            fingerprint=fingerprint,
            people=self.people,
            directory=_Answered(person),
            fingerprints=self.fingerprints,
            encryption=self.encryption,
            clock=self.clock,
        )
        assert identified is not None  # the directory just said who it is
        return VerifiedPerson(identified, fingerprint)

    def _spend(self, subject: str, policy: DelegationPolicy) -> bool:
        return self.tries.spend(subject, limit=policy.tries, span=policy.tries_span, now=self.clock.now())


@dataclass(frozen=True)
class VerifiedPerson:
    """The person, and the keyed hash of the number they were found by."""

    identified: IdentifiedPerson
    fingerprint: str

    @property
    def person_id(self) -> str:
        return self.identified.contributor.person_id

    def items(self, people: People) -> Items:
        """The writes that make the person known; none where they are."""
        return self.identified.items(people, fingerprint=self.fingerprint)


@dataclass(frozen=True)
class _Answered:
    """A directory that was asked already."""

    person: Person

    def find(self, identity: PersonNumber) -> Person | None:
        return self.person
