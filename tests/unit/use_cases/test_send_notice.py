"""Sending one notice, on ports in memory: to the registered phone, in the person's language, once."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.budget import SHARDS, HourUse, ShardUse, hour_of, next_hour
from ishtirak.messages.gateway import NumberRefused
from ishtirak.messages.notices import Notice
from ishtirak.messages.texts import MessageTexts
from ishtirak.register.people import identity_encryption_context
from ishtirak.use_cases.send_notice import NoticeOutcome, send_notice
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.messages import (
    BudgetsInMemory,
    GaugeInMemory,
    LongTexts,
    NoticesInMemory,
    Outbox,
    ReadableTexts,
)
from tests.fakes.otp import HandClock
from tests.fakes.register import OTHER_PERSON, PERSON, InMemoryPeople, a_contributor
from tests.fakes.sessions import PlainEncryption
from tests.fakes.transaction import InMemoryTransaction

MOBILES = {PERSON: Mobile("+966500000017"), OTHER_PERSON: Mobile("+966500000025")}
IDENTITIES = {PERSON: "1000000008", OTHER_PERSON: "1000000016"}


def a_notice(person_id: str = PERSON, *, event_id: str = "event-1") -> Notice:
    return Notice(event_id=event_id, person_id=person_id, code="RequestBilled", facts={"amount": "1234.50"})


@dataclass
class Desk:
    """Two people with a phone each, and everything a notice is sent with."""

    people: InMemoryPeople = field(default_factory=InMemoryPeople)
    directory: InMemoryDirectory = field(
        default_factory=lambda: InMemoryDirectory(
            a_person(IDENTITIES[person_id], mobile=mobile) for person_id, mobile in MOBILES.items()
        )
    )
    outbox: Outbox = field(default_factory=Outbox)
    texts: MessageTexts = field(default_factory=ReadableTexts)
    budgets: BudgetsInMemory = field(default_factory=BudgetsInMemory)
    gauge: GaugeInMemory = field(default_factory=GaugeInMemory)
    notices: NoticesInMemory = field(default_factory=NoticesInMemory)
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        for person_id, language in ((PERSON, "en"), (OTHER_PERSON, "ar")):
            context = identity_encryption_context(person_id)
            encrypted = PlainEncryption().encrypt(IDENTITIES[person_id], context)
            self.people.people[person_id] = a_contributor(
                person_id, encrypted_identity=encrypted, language=language
            )

    def send(self, notice: Notice) -> NoticeOutcome:
        return send_notice(
            notice,
            people=self.people,
            encryption=PlainEncryption(),
            directory=self.directory,
            gateway=self.outbox,
            texts=self.texts,
            budgets=self.budgets,
            gauge=self.gauge,
            notices=self.notices,
            clock=self.clock,
            transaction=InMemoryTransaction(),
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_notice_goes_to_the_registered_phone_in_the_persons_language(desk: Desk) -> None:
    assert desk.send(a_notice()) is NoticeOutcome.SENT
    assert desk.send(a_notice(OTHER_PERSON)) is NoticeOutcome.SENT

    assert desk.outbox.messages == {
        a_notice().reference: (MOBILES[PERSON], "en RequestBilled: amount=1234.50"),
        a_notice(OTHER_PERSON).reference: (MOBILES[OTHER_PERSON], "ar RequestBilled: amount=1234.50"),
    }


def test_one_event_is_one_message_to_each_person_however_often_it_comes() -> None:
    same = {a_notice().reference for _ in range(2)}
    others = {a_notice(OTHER_PERSON).reference, a_notice(event_id="event-2").reference}

    assert len(same) == 1
    assert len(same | others) == 3


def test_a_message_longer_than_one_is_sent_all_the_same_and_counted_as_such(desk: Desk) -> None:
    desk.texts = LongTexts()

    assert desk.send(a_notice()) is NoticeOutcome.SENT_IN_PARTS
    assert desk.outbox.calls == 1


def test_somebody_without_a_mobile_or_outside_the_register_is_not_told(desk: Desk) -> None:
    desk.directory = InMemoryDirectory([a_person(IDENTITIES[PERSON], mobile=None)])
    assert desk.send(a_notice()) is NoticeOutcome.NO_MOBILE

    desk.people.people.clear()
    assert desk.send(a_notice()) is NoticeOutcome.NO_MOBILE

    assert desk.outbox.calls == 0


def test_a_notice_that_comes_again_is_charged_once(desk: Desk) -> None:
    desk.outbox.available = False
    with pytest.raises(Unavailable):
        desk.send(a_notice())
    desk.outbox.available = True

    desk.send(a_notice())
    desk.send(a_notice())

    assert desk.budgets.use(hour_of(desk.clock.now())).notices == 1


def test_a_notice_waits_in_its_queue_while_the_hour_is_used_up_and_nobody_is_asked(desk: Desk) -> None:
    hour = hour_of(desk.clock.now())
    desk.budgets.hours[hour] = HourUse(hour, (ShardUse(texts=10**6, notices=10**6),) * SHARDS)
    desk.directory.down = True

    assert desk.send(a_notice()) is NoticeOutcome.HELD_BACK
    desk.clock.moment = next_hour(desk.clock.now()) - timedelta(minutes=5)
    assert desk.send(a_notice()) is NoticeOutcome.HELD_BACK

    assert desk.notices.kept == [a_notice()] * 2
    assert desk.notices.pauses == [timedelta(minutes=15), timedelta(minutes=5)]
    assert desk.budgets.remembered == set()


def test_a_notice_that_cannot_be_put_back_comes_again(desk: Desk) -> None:
    hour = hour_of(desk.clock.now())
    desk.budgets.hours[hour] = HourUse(hour, (ShardUse(texts=10**6, notices=10**6),) * SHARDS)
    desk.notices.durable = 0

    with pytest.raises(Unavailable):
        desk.send(a_notice())


def test_one_recipients_failure_is_that_recipients_alone(desk: Desk) -> None:
    desk.outbox.refuses = True
    with pytest.raises(NumberRefused):
        desk.send(a_notice())
    desk.outbox.refuses = False

    desk.outbox.available = False
    with pytest.raises(Unavailable):
        desk.send(a_notice())
    desk.outbox.available = True

    assert desk.send(a_notice(OTHER_PERSON)) is NoticeOutcome.SENT
    assert list(desk.outbox.messages) == [a_notice(OTHER_PERSON).reference]
