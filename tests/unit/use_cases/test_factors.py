"""Enrolling, using and removing an authenticator, on ports in memory."""

from dataclasses import dataclass, field, replace

import pytest

from ishtirak.factors.model import BegunEnrolment, ConfirmedFactors, FactorKind, Factors
from ishtirak.factors.rules import (
    AlreadyEnrolled,
    ChallengeMissing,
    FactorCodeNotAccepted,
    FactorPaused,
    NoAuthenticator,
)
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import Unavailable
from ishtirak.otp.model import OpenedChallenge
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.sessions.model import SessionGrant
from ishtirak.use_cases.begin_enrolment import begin_enrolment
from ishtirak.use_cases.complete_sign_in import complete_sign_in
from ishtirak.use_cases.confirm_enrolment import confirm_enrolment
from ishtirak.use_cases.read_factors import read_factors
from ishtirak.use_cases.remove_authenticator import issue_removal_code, remove_authenticator
from ishtirak.use_cases.replace_recovery_codes import replace_recovery_codes
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.start_sign_in import start_sign_in
from tests.fakes.factors import InMemoryFactors, shown
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.sessions import InMemorySignIns, OnePersonPool, PlainEncryption
from tests.fakes.transaction import InMemoryTransaction, OvertakenTransaction

POOL = OnePersonPool()
PERSON = Caller(subject="fahad", person_id=POOL.person_id, roles=frozenset({Role.CONTRIBUTOR}))
STRANGER = Caller(
    subject="other", person_id="7b0f2f7e-0000-4000-8000-000000000009", roles=frozenset({Role.CONTRIBUTOR})
)


@dataclass
class Phone:
    """A person with a phone and an app, and everything their factors stand on."""

    factors: InMemoryFactors = field(default_factory=InMemoryFactors)
    challenges: InMemoryChallenges = field(default_factory=InMemoryChallenges)
    sign_ins: InMemorySignIns = field(default_factory=InMemorySignIns)
    pool: OnePersonPool = field(default_factory=OnePersonPool)
    encryption: PlainEncryption = field(default_factory=PlainEncryption)
    mac: KnownMac = field(default_factory=KnownMac)
    budgets: BudgetsInMemory = field(default_factory=BudgetsInMemory)
    clock: HandClock = field(default_factory=HandClock)
    transaction: InMemoryTransaction = field(default_factory=InMemoryTransaction)
    secret: str = ""

    def begin(self, by: Caller = PERSON) -> BegunEnrolment:
        begun = begin_enrolment(
            by=by,
            source_address=None,
            factors=self.factors,
            challenges=self.challenges,
            encryption=self.encryption,
            mac=self.mac,
            budgets=self.budgets,
            clock=self.clock,
            transaction=self.transaction,
        )
        self.secret = begun.secret
        return begun

    def sms(self, challenge_id: str) -> str:
        return code_of(self.challenges.challenges[challenge_id], mac=self.mac)

    def app(self, *, steps: int = 0) -> str:
        return shown(self.secret, self.clock.now(), steps=steps)

    def confirm(
        self, begun: BegunEnrolment, *, code: str | None = None, app: str | None = None, by: Caller = PERSON
    ) -> ConfirmedFactors:
        return confirm_enrolment(
            begun.challenge_id,
            code=code or self.sms(begun.challenge_id),
            authenticator_code=app or self.app(),
            by=by,
            factors=self.factors,
            challenges=self.challenges,
            encryption=self.encryption,
            mac=self.mac,
            phones=no_phones(),
            clock=self.clock,
            transaction=self.transaction,
        )

    def enrol(self) -> ConfirmedFactors:
        confirmed = self.confirm(self.begin())
        self.clock.pass_seconds(61)
        return confirmed

    def sign_in(self, code: str, kind: FactorKind, *, opened: OpenedChallenge | None = None) -> SessionGrant:
        return complete_sign_in(
            (opened or self.ask()).challenge_id,
            code=code,
            kind=kind,
            challenges=self.challenges,
            factors=self.factors,
            sign_ins=self.sign_ins,
            pool=self.pool,
            encryption=self.encryption,
            mac=self.mac,
            phones=no_phones(),
            clock=self.clock,
            transaction=self.transaction,
        )

    def ask(self, password: str | None = None) -> OpenedChallenge:
        from pydantic import SecretStr

        return start_sign_in(
            self.pool.username,
            password=SecretStr(password or self.pool.password),
            device=None,
            challenges=self.challenges,
            sign_ins=self.sign_ins,
            pool=self.pool,
            encryption=self.encryption,
            mac=self.mac,
            budgets=self.budgets,
            clock=self.clock,
            transaction=self.transaction,
        )

    def renew(self, code: str) -> ConfirmedFactors:
        return replace_recovery_codes(
            code=code,
            by=PERSON,
            factors=self.factors,
            encryption=self.encryption,
            mac=self.mac,
            clock=self.clock,
            transaction=self.transaction,
        )

    def removal_code(self) -> OpenedChallenge:
        return issue_removal_code(
            by=PERSON,
            source_address=None,
            factors=self.factors,
            challenges=self.challenges,
            mac=self.mac,
            budgets=self.budgets,
            clock=self.clock,
            transaction=self.transaction,
        )

    def remove(self, kind: FactorKind, code: str, challenge_id: str | None = None) -> Factors:
        return remove_authenticator(
            kind=kind,
            code=code,
            challenge_id=challenge_id,
            by=PERSON,
            factors=self.factors,
            challenges=self.challenges,
            encryption=self.encryption,
            mac=self.mac,
            phones=no_phones(),
            clock=self.clock,
            transaction=self.transaction,
        )


@pytest.fixture
def phone() -> Phone:
    return Phone()


def wrong(code: str) -> str:
    return f"{(int(code) + 500_000) % 10**6:06}"


def test_both_codes_enrol_the_app_whose_secret_was_shown(phone: Phone) -> None:
    begun = phone.begin()

    confirmed = phone.confirm(begun)

    assert read_factors(by=PERSON, factors=phone.factors) == confirmed.factors
    assert len(set(confirmed.recovery_codes)) == confirmed.factors.recovery_left == 10
    assert begun.secret in begun.uri
    assert [event.type for event in phone.factors.events] == ["AuthenticatorEnrolled"]


def test_neither_code_alone_enrols(phone: Phone) -> None:
    begun = phone.begin()

    with pytest.raises(CodeNotAccepted):
        phone.confirm(begun, code=wrong(phone.sms(begun.challenge_id)))
    with pytest.raises(FactorCodeNotAccepted):
        phone.confirm(begun, app=wrong(phone.app()))

    assert phone.factors.people == {}
    phone.confirm(begun)


def test_an_enrolment_is_confirmed_by_who_began_it_only(phone: Phone) -> None:
    begun = phone.begin()

    with pytest.raises(CodeNotAccepted):
        phone.confirm(begun, by=STRANGER)


def test_a_challenge_that_belongs_to_no_enrolment_confirms_none(phone: Phone) -> None:
    opened = phone.ask()
    begun = phone.begin()

    with pytest.raises(CodeNotAccepted):
        phone.confirm(
            replace(begun, challenge_id=opened.challenge_id),
            code=phone.sms(opened.challenge_id),
        )


def test_a_second_authenticator_is_refused_at_both_steps(phone: Phone) -> None:
    begun = phone.begin()
    phone.confirm(begun)

    with pytest.raises(AlreadyEnrolled):
        phone.confirm(begun)
    with pytest.raises(AlreadyEnrolled):
        phone.begin()


def test_another_code_from_the_same_address_delays_nobodys(phone: Phone) -> None:
    phone.transaction = OvertakenTransaction()
    begun = phone.begin()
    phone.confirm(begun)
    phone.clock.pass_seconds(61)
    phone.transaction = OvertakenTransaction()

    removal = phone.removal_code()

    assert {begun.challenge_id, removal.challenge_id} <= phone.challenges.challenges.keys()


def test_a_recovery_code_signs_in_once(phone: Phone) -> None:
    code = phone.enrol().recovery_codes[0]

    phone.sign_in(code, FactorKind.RECOVERY)
    phone.clock.pass_seconds(61)

    with pytest.raises(CodeNotAccepted):
        phone.sign_in(code, FactorKind.RECOVERY)
    assert len(phone.sign_ins.sessions) == 1


def test_a_code_of_the_app_signs_in_and_is_used_up_for_everything(phone: Phone) -> None:
    phone.enrol()
    code = phone.app()

    phone.sign_in(code, FactorKind.TOTP)

    with pytest.raises(FactorCodeNotAccepted):
        phone.renew(code)
    phone.renew(phone.app(steps=1))


@pytest.mark.parametrize("kind", [FactorKind.TOTP, FactorKind.RECOVERY])
def test_nothing_signs_in_who_has_the_factor_and_not_the_password(phone: Phone, kind: FactorKind) -> None:
    confirmed = phone.enrol()
    code = phone.app() if kind is FactorKind.TOTP else confirmed.recovery_codes[0]

    with pytest.raises(CodeNotAccepted):
        phone.sign_in(code, kind, opened=phone.ask("a wrong password"))

    assert phone.factors.people[PERSON.person_id].tries.count == 0


def test_a_wrong_code_and_none_at_all_are_one_refusal(phone: Phone) -> None:
    for kind in (FactorKind.TOTP, FactorKind.RECOVERY):
        with pytest.raises(CodeNotAccepted):
            phone.sign_in("000000", kind)
        phone.clock.pass_seconds(61)


def test_without_the_key_nobody_signs_in_and_the_try_is_spent(phone: Phone) -> None:
    phone.enrol()
    opened = phone.ask()
    phone.mac.broken = True

    with pytest.raises(Unavailable):
        phone.sign_in("00000-00000", FactorKind.RECOVERY, opened=opened)

    assert phone.factors.people[PERSON.person_id].tries.count == 1


def test_five_wrong_codes_pause_the_right_one_and_the_sms_goes_on(phone: Phone) -> None:
    phone.enrol()
    for _ in range(5):
        with pytest.raises(FactorCodeNotAccepted):
            phone.renew(wrong(phone.app()))

    with pytest.raises(FactorPaused) as paused:
        phone.renew(phone.app())
    with pytest.raises(FactorPaused):
        phone.remove(FactorKind.RECOVERY, "00000-00000")
    opened = phone.removal_code()
    phone.remove(FactorKind.SMS, phone.sms(opened.challenge_id), opened.challenge_id)

    assert paused.value.facts == {"retry_after": 900}
    assert phone.factors.people[PERSON.person_id].authenticator is None


def test_a_code_that_renews_the_recovery_codes_opens_nothing_else(phone: Phone) -> None:
    old = phone.enrol().recovery_codes
    code = phone.app()

    new = phone.renew(code).recovery_codes

    assert not set(old) & set(new)
    with pytest.raises(CodeNotAccepted):
        phone.sign_in(code, FactorKind.TOTP)


@pytest.mark.parametrize("kind", list(FactorKind))
def test_a_removal_is_proven_and_ends_everything(phone: Phone, kind: FactorKind) -> None:
    confirmed = phone.enrol()
    opened = phone.removal_code() if kind is FactorKind.SMS else None
    code = {
        FactorKind.TOTP: phone.app(),
        FactorKind.RECOVERY: confirmed.recovery_codes[0],
        FactorKind.SMS: phone.sms(opened.challenge_id) if opened else "",
    }[kind]

    left = phone.remove(kind, code, opened.challenge_id if opened else None)

    assert (left.authenticator, left.recovery) == (None, ())
    assert phone.factors.events[-1].data == {"person_id": PERSON.person_id, "proven_by": kind.value}
    with pytest.raises(NoAuthenticator):
        phone.remove(kind, code, opened.challenge_id if opened else None)
    with pytest.raises(NoAuthenticator):
        phone.removal_code()
    with pytest.raises(FactorCodeNotAccepted):
        phone.renew(phone.app(steps=1))


def test_a_code_by_sms_removes_the_authenticator_it_was_asked_for_only(phone: Phone) -> None:
    phone.enrol()
    opened = phone.removal_code()
    code = phone.sms(opened.challenge_id)
    phone.remove(FactorKind.TOTP, phone.app())
    phone.clock.pass_seconds(61)
    phone.enrol()

    with pytest.raises(CodeNotAccepted):
        phone.remove(FactorKind.SMS, code, opened.challenge_id)
    with pytest.raises(ChallengeMissing):
        phone.remove(FactorKind.SMS, code)


def test_what_confirmed_one_enrolment_enrols_nothing_after_the_removal(phone: Phone) -> None:
    begun = phone.begin()
    codes = phone.confirm(begun).recovery_codes
    phone.remove(FactorKind.RECOVERY, codes[0])
    phone.clock.pass_seconds(61)

    with pytest.raises(CodeNotAccepted):
        phone.confirm(begun)


def test_a_right_code_whose_try_was_not_counted_is_not_looked_at(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.enrol()
    monkeypatch.setattr(phone.factors, "record_try", lambda tries, *, of: False)

    with pytest.raises(FactorCodeNotAccepted):
        phone.renew(phone.app())
