"""Sending a code: to the registered phone, once, and to nobody for a decoy."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.send_otp.handler import build
from functions.send_otp.settings import Settings
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.segments import segments
from ishtirak.otp.model import Challenge, DispatchState, Purpose
from ishtirak.use_cases.open_challenge import open_challenge
from ishtirak.use_cases.send_code import code_of
from tests.fakes.messages import BudgetsInMemory, Outbox
from tests.fakes.otp import HandClock
from tests.functions.access_world import (
    IDENTITY,
    MOBILE,
    OTHER_PERSON,
    PERSON,
    OnePersonDirectory,
    World,
    access_world,
    delivered,
    logged,
    message,
)

EVENTS = Path("functions/send_otp/events")


class Desk:
    """The function with its queue, an SMS gateway and a directory of persons."""

    def __init__(self, world: World) -> None:
        from ishtirak.adapters.aws.access_table import AccessTable
        from ishtirak.adapters.aws.mac import KmsMac
        from ishtirak.adapters.transaction import DynamoTransaction

        self.world = world
        self.clock = HandClock()
        self.outbox = Outbox()
        self.directory = OnePersonDirectory()
        self.access = AccessTable(world.access)
        self.transaction = DynamoTransaction()
        self.mac = KmsMac(world.mac_key)
        self.consumer = build(
            Settings(
                access_table=world.access,
                register_table=world.register,
                mac_key_arn=world.mac_key,
                data_key_arn=world.data_key,
                absher_secret_arn="arn:absher",
                sms_secret_arn="arn:sms",
            ),
            clock=self.clock,
            directory=self.directory,
            gateway=self.outbox,
        )

    def opened(
        self, *, person: str = PERSON, purpose: Purpose = Purpose.SUBMIT_REQUEST, decoy: bool = False
    ) -> Challenge:
        opened = open_challenge(
            person,
            purpose=purpose,
            digest="a" * 64,
            about="request-1",
            challenges=self.access,
            mac=self.mac,
            budgets=BudgetsInMemory(),
            clock=self.clock,
            decoy=decoy,
        )
        self.transaction.commit(opened.items)
        return opened.challenge

    def record(self, challenge: Challenge) -> dict[str, Any]:
        return message("CodeRequested", subject=str(challenge.aggregate), data={"challenge_id": challenge.id})

    def deliver(self, challenge: Challenge) -> list[str]:
        return delivered(self.consumer, self.record(challenge))

    def dispatch(self, challenge: Challenge) -> DispatchState:
        found = self.access.find(challenge.id)
        assert found is not None
        return found.dispatch


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        world.knows(PERSON)
        yield Desk(world)


@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.LOGIN_EXISTS])
def test_the_code_goes_to_the_registered_phone_in_one_sms(desk: Desk, purpose: Purpose) -> None:
    challenge = desk.opened(purpose=purpose)

    assert desk.deliver(challenge) == []

    [(reference, (to, text))] = desk.outbox.messages.items()
    assert reference == challenge.id
    assert to == Mobile(MOBILE)
    assert code_of(challenge, mac=desk.mac) in text
    assert segments(text) == 1
    found = desk.access.find(challenge.id)
    assert found is not None
    assert (found.dispatch, found.masked_mobile) == (DispatchState.SENT, Mobile(MOBILE).masked())


def test_a_redelivered_event_sends_nothing_more(desk: Desk) -> None:
    challenge = desk.opened()

    desk.deliver(challenge)
    desk.deliver(challenge)

    assert desk.outbox.calls == 1


def test_an_event_redelivered_after_a_crash_sends_the_same_code_under_the_same_reference(desk: Desk) -> None:
    challenge = desk.opened()
    record = desk.record(challenge)
    desk.world.denied.add("dynamodb.UpdateItem")
    assert delivered(desk.consumer, record) == [record["messageId"]]
    first = dict(desk.outbox.messages)
    desk.world.denied.clear()

    assert delivered(desk.consumer, record) == []

    assert desk.outbox.calls == 2
    assert desk.outbox.messages == first
    assert desk.dispatch(challenge) is DispatchState.SENT


def test_a_decoy_is_sent_to_nobody_and_logged_like_any_other(desk: Desk) -> None:
    real, decoy = desk.opened(), desk.opened(person=OTHER_PERSON, decoy=True)
    lines = []

    for challenge in (real, decoy):
        with logged() as log:
            assert desk.deliver(challenge) == []
        lines.append([_shape(line) for line in log.getvalue().splitlines()])

    assert lines[0] == lines[1]
    assert list(desk.outbox.messages) == [real.id]
    assert desk.dispatch(decoy) is DispatchState.PENDING


def _shape(line: str) -> dict[str, str]:
    """A log line but for what differs in any two of them."""
    return {
        name: value
        for name, value in json.loads(line).items()
        if name not in ("timestamp", "message_id", "challenge_id")
    }


def test_a_replaced_code_is_not_sent(desk: Desk) -> None:
    old = desk.opened()
    desk.clock.pass_seconds(60)
    desk.opened()

    assert desk.deliver(old) == []

    assert desk.outbox.calls == 0


@pytest.mark.parametrize(
    ("age", "dispatch"), [(299, DispatchState.SENT), (300, DispatchState.FAILED), (301, DispatchState.FAILED)]
)
def test_an_expired_code_is_given_up(desk: Desk, age: int, dispatch: DispatchState) -> None:
    challenge = desk.opened()
    desk.clock.pass_seconds(age)

    assert desk.deliver(challenge) == []

    assert desk.dispatch(challenge) is dispatch


@pytest.mark.parametrize("outage", ["directory", "outbox"])
def test_an_outage_sends_the_event_back_to_the_queue(desk: Desk, outage: str) -> None:
    challenge = desk.opened()
    record = desk.record(challenge)
    getattr(desk, outage).available = False

    assert delivered(desk.consumer, record) == [record["messageId"]]
    assert desk.dispatch(challenge) is DispatchState.PENDING

    getattr(desk, outage).available = True
    assert delivered(desk.consumer, record) == []
    assert desk.dispatch(challenge) is DispatchState.SENT


@pytest.mark.parametrize("denied", ["kms.GenerateMac", "kms.Decrypt"])
def test_without_the_keys_nothing_is_sent_and_the_event_comes_back(desk: Desk, denied: str) -> None:
    challenge = desk.opened()
    record = desk.record(challenge)
    desk.world.denied.add(denied)

    assert delivered(desk.consumer, record) == [record["messageId"]]

    assert desk.outbox.calls == 0
    assert desk.dispatch(challenge) is DispatchState.PENDING


def test_a_person_without_a_registered_phone_gets_a_failed_dispatch(desk: Desk) -> None:
    challenge = desk.opened()
    desk.directory.mobile = None

    assert desk.deliver(challenge) == []

    assert desk.dispatch(challenge) is DispatchState.FAILED


def test_a_person_outside_the_register_gets_a_failed_dispatch(desk: Desk) -> None:
    challenge = desk.opened(person=OTHER_PERSON)

    assert desk.deliver(challenge) == []

    assert desk.dispatch(challenge) is DispatchState.FAILED


def test_a_number_the_provider_refuses_is_not_tried_again(desk: Desk) -> None:
    challenge = desk.opened()
    desk.outbox.refuses = True

    assert desk.deliver(challenge) == []

    assert desk.dispatch(challenge) is DispatchState.FAILED


def test_a_number_encrypted_for_another_person_is_not_decrypted(desk: Desk) -> None:
    from tests.fakes.register import a_contributor, register_on

    register = register_on(desk.world.register)
    known = register.people.find(PERSON)
    assert known is not None
    moved = a_contributor(person_id=OTHER_PERSON, encrypted_identity=known.encrypted_identity)
    register.transaction.commit(register.people.save(moved, fingerprint="of another"))
    challenge = desk.opened(person=OTHER_PERSON)
    record = desk.record(challenge)

    assert delivered(desk.consumer, record) == [record["messageId"]]

    assert desk.outbox.calls == 0


def test_one_bad_message_delays_no_other(desk: Desk) -> None:
    challenge = desk.opened()
    bad = message("CodeRequested", subject="challenge/1", data={})

    assert delivered(desk.consumer, bad, desk.record(challenge)) == [bad["messageId"]]

    assert desk.dispatch(challenge) is DispatchState.SENT


def test_no_code_number_or_phone_is_ever_logged(desk: Desk) -> None:
    challenge = desk.opened()

    with logged() as log:
        desk.deliver(challenge)
        desk.outbox.available = False
        desk.clock.pass_seconds(60)
        again = desk.opened()
        desk.deliver(again)

    secrets = [IDENTITY, MOBILE, MOBILE.removeprefix("+966"), Mobile(MOBILE).masked()]
    secrets += [code_of(each, mac=desk.mac) for each in (challenge, again)]
    assert "send_code" in log.getvalue()
    assert [secret for secret in secrets if secret in log.getvalue()] == []


@pytest.mark.parametrize("file", sorted(path.name for path in EVENTS.glob("*.json")))
def test_the_sample_events_are_handled(desk: Desk, file: str) -> None:
    event = json.loads((EVENTS / file).read_text(encoding="utf-8"))

    assert delivered(desk.consumer, *event["Records"]) == []
