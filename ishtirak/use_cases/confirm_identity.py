"""Whether the directory says that an identity number and a birth date belong together, for who is not signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import NO_ITEMS, Items
from ishtirak.logins.policy import TriesWindow, policy_on
from ishtirak.register.people import Contributor
from ishtirak.register.person import Person
from ishtirak.register.ports import Directory, Fingerprints, People
from ishtirak.register.refusals import BirthDateFrozen
from ishtirak.sessions.model import Budget
from ishtirak.sessions.places import address_message
from ishtirak.sessions.ports import SignIns
from ishtirak.use_cases.identify_person import new_contributor, renumbered


@dataclass(frozen=True)
class ConfirmedPerson:
    """Whose the pair is; `items` make the person known to the register where they are not."""

    contributor: Contributor
    items: Items
    has_mobile: bool


@dataclass(frozen=True)
class IdentityClaim:
    """A number and a birth date somebody typed, and whether this try counts."""

    identity: PersonNumber
    birth_date: CivilDate
    fingerprint: str
    admitted: bool


@dataclass(frozen=True)
class IdentityCheck:
    """The register, the directory and the budgets of tries.

    Every claim makes the same calls in the same order, whoever's number it is and whatever is wrong with it; only the
    directory, which is no part of this system, is not asked once the tries are used up.
    """

    people: People
    directory: Directory
    fingerprints: Fingerprints
    encryption: Encryption
    sign_ins: SignIns
    mac: Mac
    clock: Clock

    def admit(
        self, identity: PersonNumber, *, birth_date: CivilDate, source_address: str | None
    ) -> IdentityClaim:
        """The claim, a try spent on it: of the number and of the address it is asked from."""
        fingerprint = self.fingerprints.of(identity)
        address = self.mac.of(address_message(source_address or "")).hex()
        policy = policy_on(today(self.clock))
        admitted = True
        for owner, window in (
            (f"NUMBER#{fingerprint}", policy.tries_a_number),
            (f"ADDRESS#{address}", policy.tries_an_address),
        ):
            admitted &= self.sign_ins.spend(self._budget(owner, "IDENTITY#", window), 1)
        return IdentityClaim(identity, birth_date, fingerprint, admitted)

    def confirm(self, claim: IdentityClaim) -> ConfirmedPerson | None:
        """Whose the claim is; None for a wrong pair, an unknown number, an outdated one and a try too many alike.

        Raises `Unavailable` when the directory does not answer.
        """
        known = self._known(claim.fingerprint)
        person = self.directory.find(claim.identity) if claim.admitted else None
        entered = person.border_number if person else None
        before = self._known(self.fingerprints.of(entered or claim.identity))
        encryption = _Once(self.encryption)
        confirmed = None
        if person and person.identity == claim.identity and person.birth_date.agrees_with(claim.birth_date):
            confirmed = self._confirmed(
                person, claim, known=known, before=before if entered else None, encryption=encryption
            )
        encryption.ask_at_least_once()
        return confirmed

    def admit_code(self, person_id: str | None) -> bool:
        """Whether this person (None: nobody) may be sent one more code, by who knows a number and a birth date.

        Few: so that nobody uses up the codes a person signs in with.
        """
        window = policy_on(today(self.clock)).codes_a_person
        budget = self._budget(f"NAME#{person_id or new_id()}", "CODES#", window)
        return self.sign_ins.spend(budget, 1) and person_id is not None

    def _confirmed(
        self,
        person: Person,
        claim: IdentityClaim,
        *,
        known: Contributor | None,
        before: Contributor | None,
        encryption: Encryption,
    ) -> ConfirmedPerson | None:
        has_mobile = person.mobile is not None
        if known is not None:
            return ConfirmedPerson(known, NO_ITEMS, has_mobile)
        if before is None:
            contributor = new_contributor(person, encryption=encryption, clock=self.clock)
            items = self.people.save(contributor, fingerprint=claim.fingerprint)
            return ConfirmedPerson(contributor, items, has_mobile)
        try:
            contributor = renumbered(before, person, encryption=encryption)
        except BirthDateFrozen:
            return None
        return ConfirmedPerson(
            contributor, self.people.renumber(contributor, fingerprint=claim.fingerprint), has_mobile
        )

    def _known(self, fingerprint: str) -> Contributor | None:
        """Two reads, whether anybody is found or not."""
        return self.people.find(self.people.id_of(fingerprint) or new_id())

    def _budget(self, owner: str, part: str, window: TriesWindow) -> Budget:
        number = int(self.clock.now().timestamp()) // window.seconds
        until = datetime.fromtimestamp((number + 1) * window.seconds, UTC)
        return Budget(owner=owner, entry=f"{part}{number}", limit=window.attempts, until=until)


class _Once:
    """An `Encryption` that is asked once for everybody: for who needs none, on nothing."""

    def __init__(self, encryption: Encryption) -> None:
        self._encryption = encryption
        self._asked = False

    def encrypt(self, text: str, context: Mapping[str, str]) -> str:
        self._asked = True
        return self._encryption.encrypt(text, context)

    def decrypt(self, ciphertext: str, context: Mapping[str, str]) -> str:
        return self._encryption.decrypt(ciphertext, context)

    def ask_at_least_once(self) -> None:
        if not self._asked:
            self.encrypt("-" * 10, {"field": "none"})
