"""Everything signing up and passwords stand on, in memory, and what a person does with it."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
from ishtirak.factors.model import Authenticator, Factors
from ishtirak.factors.secrets import encrypt_secret
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import Mobile, person_number
from ishtirak.logins.model import OpenedLogin
from ishtirak.otp.model import Challenge, OpenedChallenge
from ishtirak.register.people import identity_encryption_context, identity_message
from ishtirak.use_cases.answered_code import AnsweredCodes
from ishtirak.use_cases.change_password import change_password, issue_password_code
from ishtirak.use_cases.complete_recovery import complete_recovery
from ishtirak.use_cases.complete_sign_up import complete_sign_up
from ishtirak.use_cases.confirm_identity import IdentityCheck
from ishtirak.use_cases.first_password import set_first_password, start_first_password
from ishtirak.use_cases.open_for_claim import SilentOpening
from ishtirak.use_cases.open_login import LoginOpening
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.start_recovery import start_recovery
from ishtirak.use_cases.start_sign_up import start_sign_up
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.factors import InMemoryFactors
from tests.fakes.logins import InMemoryLogins, InMemoryPool
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.register import InMemoryPeople, a_contributor
from tests.fakes.sessions import InMemoryRevocations, InMemorySignIns, PlainEncryption
from tests.fakes.transaction import InMemoryTransaction

NUMBER, BORN = "1000000016", "2001-05-20"
PASSWORD, ANOTHER = "green tea at the wadi", "a lamp beside the date palm"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MOBILE = Mobile("+966550000002")
ADDRESS = "203.0.113.20"


@dataclass
class Desk:
    """One person in the directory; the register does not know them yet."""

    clock: HandClock = field(default_factory=HandClock)
    mac: KnownMac = field(default_factory=KnownMac)
    people: InMemoryPeople = field(default_factory=InMemoryPeople)
    logins: InMemoryLogins = field(default_factory=InMemoryLogins)
    pool: InMemoryPool = field(default_factory=InMemoryPool)
    challenges: InMemoryChallenges = field(default_factory=InMemoryChallenges)
    factors: InMemoryFactors = field(default_factory=InMemoryFactors)
    revocations: InMemoryRevocations = field(default_factory=InMemoryRevocations)
    sign_ins: InMemorySignIns = field(default_factory=InMemorySignIns)
    transaction: InMemoryTransaction = field(default_factory=InMemoryTransaction)
    encryption: PlainEncryption = field(default_factory=PlainEncryption)
    directory: InMemoryDirectory = field(
        default_factory=lambda: InMemoryDirectory([a_person(NUMBER, mobile=MOBILE)])
    )

    @property
    def identity(self) -> IdentityCheck:
        return IdentityCheck(
            people=self.people,
            directory=self.directory,
            fingerprints=IdentityFingerprints(self.mac),
            encryption=self.encryption,
            sign_ins=self.sign_ins,
            mac=self.mac,
            clock=self.clock,
        )

    @property
    def opening(self) -> SilentOpening:
        return SilentOpening(self.challenges, self.mac, BudgetsInMemory(), self.clock)

    @property
    def login(self) -> LoginOpening:
        return LoginOpening(self.logins, self.pool, self.encryption, self.mac, self.clock)

    @property
    def codes(self) -> AnsweredCodes:
        phones = RegisteredPhones(self.people, self.encryption, self.directory, self.mac)
        return AnsweredCodes(self.challenges, self.mac, phones, self.clock)

    @property
    def person_id(self) -> str:
        """The one person the register knows."""
        (known,) = self.people.people
        return known

    @property
    def caller(self) -> Caller:
        return Caller("s", self.person_id, frozenset({Role.CONTRIBUTOR}), sign_in_id="this one")

    def start(self, number: str = NUMBER, born: str = BORN, address: str = ADDRESS) -> OpenedChallenge:
        return start_sign_up(
            person_number(number),
            birth_date=CivilDate.parse(born),
            identity=self.identity,
            logins=self.logins,
            opening=self.opening,
            transaction=self.transaction,
            source_address=address,
        )

    def complete(self, opened: OpenedChallenge, **changed: Any) -> OpenedLogin:
        given: dict[str, Any] = {
            "code": self.code(opened),
            "username": "sara",
            "password": PASSWORD,
            **changed,
        }
        return complete_sign_up(
            opened.challenge_id,
            code=given["code"],
            username=given["username"],
            password=SecretStr(given["password"]),
            codes=self.codes,
            opening=self.login,
            people=self.people,
            transaction=self.transaction,
        )

    def signed_up(self) -> str:
        """The person, with a login, and a minute later."""
        self.complete(self.start())
        self.clock.pass_seconds(61)
        return self.person_id

    def forgot(self, number: str = NUMBER, born: str = BORN, username: str = "sara") -> OpenedChallenge:
        return start_recovery(
            person_number(number),
            birth_date=CivilDate.parse(born),
            username=username,
            identity=self.identity,
            logins=self.logins,
            opening=self.opening,
            transaction=self.transaction,
            source_address=ADDRESS,
        )

    def recover(self, opened: OpenedChallenge, **changed: Any) -> OpenedLogin:
        given: dict[str, Any] = {"code": self.code(opened), "password": ANOTHER, **changed}
        given["password"] = SecretStr(given["password"])
        return complete_recovery(
            opened.challenge_id,
            **given,
            codes=self.codes,
            opening=self.login,
            factors=self.factors,
            people=self.people,
            revocations=self.revocations,
            transaction=self.transaction,
        )

    def ask_to_change(self, by: Caller | None = None) -> OpenedChallenge:
        return issue_password_code(
            by=by or self.caller,
            source_address=ADDRESS,
            logins=self.logins,
            challenges=self.challenges,
            mac=self.mac,
            budgets=BudgetsInMemory(),
            clock=self.clock,
            transaction=self.transaction,
        )

    def change(self, by: Caller | None = None, **changed: Any) -> None:
        given: dict[str, Any] = {"current_password": PASSWORD, "password": ANOTHER, **changed}
        change_password(
            **{**given, **{name: SecretStr(given[name]) for name in ("current_password", "password")}},
            by=by or self.caller,
            codes=self.codes,
            opening=self.login,
            factors=self.factors,
            people=self.people,
            pool=self.pool,
            revocations=self.revocations,
            transaction=self.transaction,
        )

    def show_first(self, username: str = "newcomer", password: str = "A-first-passw0rd") -> OpenedChallenge:
        return start_first_password(
            username,
            password=SecretStr(password),
            sign_ins=self.sign_ins,
            login=self.login,
            opening=self.opening,
            transaction=self.transaction,
            source_address=ADDRESS,
        )

    def replace_first(self, opened: OpenedChallenge, username: str = "newcomer") -> OpenedLogin:
        return set_first_password(
            opened.challenge_id,
            code=self.code(opened),
            username=username,
            password=SecretStr(PASSWORD),
            codes=self.codes,
            opening=self.login,
            people=self.people,
            transaction=self.transaction,
        )

    def knows(self, person_id: str, number: str = NUMBER) -> None:
        """The register knows the person already, as if Qiwa had registered them."""
        encrypted = self.encryption.encrypt(number, identity_encryption_context(person_id))
        contributor = a_contributor(person_id=person_id, encrypted_identity=encrypted)
        tag = self.mac.of(identity_message(person_number(number))).hex()
        self.transaction.commit(self.people.save(contributor, fingerprint=tag))

    def enrols(self, person_id: str) -> None:
        """The person has an authenticator app with `SECRET`."""
        encrypted = encrypt_secret(
            SECRET, person_id=person_id, authenticator_id="app", encryption=self.encryption
        )
        one = Authenticator(id="app", encrypted=encrypted, enrolled_at=self.clock.now(), last_step=0)
        self.factors.people[person_id] = Factors(person_id=person_id, authenticator=one)

    def code(self, opened: OpenedChallenge) -> str:
        return code_of(opened.challenge, mac=self.mac)

    def stored(self, opened: OpenedChallenge) -> Challenge:
        return self.challenges.challenges[opened.challenge_id]

    def happened(self) -> list[str]:
        return [event.type for event in self.logins.events]
