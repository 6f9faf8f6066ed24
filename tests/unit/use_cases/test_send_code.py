"""Sending a code, on ports in memory: to the registered mobile, once, and to nobody else."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from ishtirak.kernel.clock import today
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.budget import SHARDS, HourUse, ShardUse, hour_of, next_hour
from ishtirak.messages.gateway import NumberRefused
from ishtirak.otp import rules
from ishtirak.otp.model import Challenge, ChallengeState, DispatchState, Purpose
from ishtirak.otp.policy import policy_on
from ishtirak.register.people import identity_encryption_context
from ishtirak.use_cases.open_challenge import open_challenge
from ishtirak.use_cases.registered_phone import phone_hash
from ishtirak.use_cases.send_code import CodeOutcome, code_of, send_code
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.messages import BudgetsInMemory, GaugeInMemory, Outbox, ReadableTexts
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.register import PERSON, InMemoryPeople, a_contributor
from tests.fakes.sessions import PlainEncryption
from tests.fakes.transaction import InMemoryTransaction, commit

IDENTITY = "1000000008"
MOBILE = Mobile("+966500000017")


def in_directory(mobile: Mobile | None = MOBILE) -> InMemoryDirectory:
    return InMemoryDirectory([a_person(IDENTITY, mobile=mobile)])


@dataclass
class Desk:
    """A known person, and everything a code is sent with."""

    challenges: InMemoryChallenges = field(default_factory=InMemoryChallenges)
    people: InMemoryPeople = field(default_factory=InMemoryPeople)
    directory: InMemoryDirectory = field(default_factory=in_directory)
    outbox: Outbox = field(default_factory=Outbox)
    mac: KnownMac = field(default_factory=KnownMac)
    clock: HandClock = field(default_factory=HandClock)
    budgets: BudgetsInMemory = field(default_factory=BudgetsInMemory)
    gauge: GaugeInMemory = field(default_factory=GaugeInMemory)

    def __post_init__(self) -> None:
        encrypted = PlainEncryption().encrypt(IDENTITY, identity_encryption_context(PERSON))
        self.people.people[PERSON] = a_contributor(encrypted_identity=encrypted)

    def opened(self) -> Challenge:
        return self.opened_for(PERSON)

    def opened_for(self, person: str) -> Challenge:
        opened = open_challenge(
            person,
            purpose=Purpose.SUBMIT_REQUEST,
            digest="a" * 64,
            about="request-1",
            challenges=self.challenges,
            mac=self.mac,
            budgets=self.budgets,
            clock=self.clock,
        )
        commit(opened.items)
        return opened.challenge

    def send(self, challenge_id: str) -> CodeOutcome:
        return send_code(
            challenge_id,
            challenges=self.challenges,
            people=self.people,
            encryption=PlainEncryption(),
            directory=self.directory,
            gateway=self.outbox,
            texts=ReadableTexts(),
            mac=self.mac,
            budgets=self.budgets,
            gauge=self.gauge,
            clock=self.clock,
            transaction=InMemoryTransaction(),
        )

    def dispatch(self, challenge: Challenge) -> DispatchState:
        return self.challenges.challenges[challenge.id].dispatch


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_code_goes_to_the_registered_mobile_once(desk: Desk) -> None:
    challenge = desk.opened()

    desk.send(challenge.id)
    desk.send(challenge.id)

    code = code_of(challenge, mac=desk.mac)
    assert desk.outbox.messages == {
        challenge.id: (MOBILE, f"ar code_SUBMIT_REQUEST: code={code}, minutes=5"),
    }
    assert desk.outbox.calls == 1
    assert desk.challenges.challenges[challenge.id].masked_mobile == MOBILE.masked()


@pytest.mark.parametrize(
    "changed",
    [{"decoy": True}, {"state": ChallengeState.USED}, {"state": ChallengeState.REPLACED}],
    ids=["a decoy", "used", "replaced"],
)
def test_a_code_of_no_use_is_sent_to_nobody_and_nothing_is_recorded(
    desk: Desk, changed: dict[str, object]
) -> None:
    challenge = replace(desk.opened(), **changed)  # type: ignore[arg-type]
    desk.challenges.challenges[challenge.id] = challenge

    desk.send(challenge.id)

    assert desk.outbox.calls == 0
    assert desk.dispatch(challenge) is DispatchState.PENDING


def test_a_challenge_nobody_opened_is_passed(desk: Desk) -> None:
    desk.send("00000000-0000-4000-8000-00000000000f")

    assert desk.outbox.calls == 0


def test_an_expired_code_is_recorded_as_failed_without_asking_anybody(desk: Desk) -> None:
    challenge = desk.opened()
    desk.clock.pass_seconds(300)
    desk.directory.down = True

    assert desk.send(challenge.id) is CodeOutcome.EXPIRED

    assert desk.dispatch(challenge) is DispatchState.FAILED


def test_a_code_sent_again_is_charged_and_counted_once_and_goes_to_no_other_mobile(desk: Desk) -> None:
    challenge = desk.opened()
    desk.outbox.available = False
    with pytest.raises(Unavailable):
        desk.send(challenge.id)
    desk.outbox.available = True
    bound = desk.challenges.challenges[challenge.id]
    desk.directory = in_directory(Mobile("+966500000025"))

    desk.send(challenge.id)

    assert desk.budgets.use(hour_of(desk.clock.now())).texts == 1
    assert desk.challenges.history(f"phone/{bound.phone}").version == 1
    assert desk.outbox.messages == {}
    assert desk.dispatch(challenge) is DispatchState.FAILED


def test_a_sixth_code_to_one_mobile_is_not_sent_and_says_when_to_ask_again(desk: Desk) -> None:
    for person in range(5):
        history = desk.challenges.history(f"phone/{phone_hash(MOBILE, mac=desk.mac)}")
        counted = rules.count(history, at=desk.clock.now(), windows=policy_on(today(desk.clock)).windows)
        challenge = desk.opened_for(f"person-{person}")
        commit(
            desk.challenges.bind_phone(challenge.id, phone=phone_hash(MOBILE, mac=desk.mac), counted=counted)
        )
    challenge = desk.opened()

    desk.send(challenge.id)

    found = desk.challenges.challenges[challenge.id]
    assert found.dispatch is DispatchState.NOT_SENT
    assert found.try_again_at == desk.clock.now() + timedelta(minutes=15)
    assert desk.outbox.calls == 0
    assert desk.budgets.hours == {}


def test_when_the_hour_is_used_up_nobody_is_asked_and_nothing_sent(desk: Desk) -> None:
    used = (ShardUse(texts=10**6),) * SHARDS
    hour = hour_of(desk.clock.now())
    desk.budgets.hours[hour] = HourUse(hour, used)
    challenge = desk.opened()
    desk.directory.down = True

    desk.send(challenge.id)

    found = desk.challenges.challenges[challenge.id]
    assert (found.dispatch, found.try_again_at) == (DispatchState.NOT_SENT, next_hour(desk.clock.now()))
    assert desk.gauge.shown[-1] >= 100


def test_a_person_without_a_mobile_gets_a_failed_dispatch(desk: Desk) -> None:
    challenge = desk.opened()
    desk.directory = in_directory(mobile=None)

    desk.send(challenge.id)

    assert desk.dispatch(challenge) is DispatchState.FAILED


def test_a_number_the_provider_refuses_is_a_failed_dispatch_and_a_refusal(desk: Desk) -> None:
    challenge = desk.opened()
    desk.outbox.refuses = True

    with pytest.raises(NumberRefused):
        desk.send(challenge.id)

    assert desk.dispatch(challenge) is DispatchState.FAILED


def test_an_outage_leaves_the_dispatch_pending(desk: Desk) -> None:
    challenge = desk.opened()
    desk.directory.down = True

    with pytest.raises(Unavailable):
        desk.send(challenge.id)

    assert desk.dispatch(challenge) is DispatchState.PENDING
