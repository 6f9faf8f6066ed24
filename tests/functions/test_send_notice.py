"""The queue of notices: each goes to the registered phone of its person, in their language, once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.send_notice.handler import build
from functions.send_notice.settings import Settings
from ishtirak.edge.texts import LANGUAGES, text
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.notices import Notice
from tests.fakes.messages import Outbox
from tests.fakes.otp import HandClock
from tests.fakes.requests import OWNER
from tests.functions.access_world import (
    IDENTITY,
    MOBILE,
    OTHER_PERSON,
    OnePersonDirectory,
    World,
    access_world,
    delivered,
    logged,
    message,
)

EVENTS = Path("functions/send_notice/events")
FACTS = {"reference": "ISH-1448-7Q4M2KX9-V", "amount": "1234.50"}


def a_notice(person_id: str = OWNER, *, code: str = "RequestBilled") -> Notice:
    return Notice(event_id="event-1", person_id=person_id, code=code, facts=FACTS)


def record(notice: Notice) -> dict[str, Any]:
    """The notice as SQS delivers it."""
    return message("", subject="", data={}) | {"body": notice.model_dump_json()}


class Desk:
    """The function and two people it may write to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = HandClock()
        self.outbox = Outbox()
        self.directory = OnePersonDirectory()
        self.consumer = build(
            Settings(
                register_table=world.register,
                access_table=world.access,
                data_key_arn=world.data_key,
                absher_secret_arn="arn:absher",
                sms_secret_arn="arn:sms",
                sms_queue_url=world.aws("sqs").create_queue(QueueName="sms")["QueueUrl"],
            ),
            clock=self.clock,
            directory=self.directory,
            gateway=self.outbox,
        )

    def deliver(self, *notices: Notice) -> int:
        """How many messages go back to the queue."""
        return len(delivered(self.consumer, *(record(notice) for notice in notices)))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_is_sent_in_the_persons_language_under_its_own_reference(desk: Desk, language: str) -> None:
    desk.world.knows(OWNER, language=language)

    assert desk.deliver(a_notice()) == 0

    written = text(language, "sms", "RequestBilled", None, FACTS)
    assert desk.outbox.messages == {a_notice().reference: (Mobile(MOBILE), written)}


def test_a_notice_that_comes_again_reaches_the_person_once(desk: Desk) -> None:
    desk.world.knows(OWNER)

    desk.deliver(a_notice())
    desk.deliver(a_notice())

    assert desk.outbox.calls == 2
    assert list(desk.outbox.messages) == [a_notice().reference]


def test_of_a_batch_only_the_notice_that_failed_comes_again(desk: Desk) -> None:
    desk.world.knows(OWNER)
    desk.world.knows(OTHER_PERSON)

    assert desk.deliver(a_notice(code="NoSuchText"), a_notice(OTHER_PERSON)) == 1

    assert list(desk.outbox.messages) == [a_notice(OTHER_PERSON).reference]


@pytest.mark.parametrize("outage", ["directory", "outbox"])
def test_an_outage_sends_the_notice_back_to_the_queue(desk: Desk, outage: str) -> None:
    desk.world.knows(OWNER)
    getattr(desk, outage).available = False

    assert desk.deliver(a_notice()) == 1


def test_somebody_without_a_phone_or_unknown_is_not_told_and_holds_up_nothing(desk: Desk) -> None:
    desk.world.knows(OWNER)
    desk.directory.mobile = None

    assert desk.deliver(a_notice(), a_notice(OTHER_PERSON)) == 0
    assert desk.outbox.calls == 0


def test_a_number_the_provider_refuses_is_not_tried_again(desk: Desk) -> None:
    desk.world.knows(OWNER)
    desk.outbox.refuses = True

    assert desk.deliver(a_notice()) == 0


def test_no_number_phone_person_or_text_is_logged(desk: Desk) -> None:
    desk.world.knows(OWNER)

    with logged() as log:
        desk.deliver(a_notice())

    [(_, told)] = desk.outbox.messages.values()
    line, *_ = [json.loads(line) for line in log.getvalue().splitlines() if "send_notice" in line]
    assert (line["event_id"], line["text"], line["outcome"]) == ("event-1", "RequestBilled", "sent")
    for secret in (IDENTITY, MOBILE, Mobile(MOBILE).masked(), OWNER, told):
        assert secret not in log.getvalue()


@pytest.mark.parametrize("file", sorted(path.name for path in EVENTS.glob("*.json")))
def test_the_sample_events_are_read(desk: Desk, file: str) -> None:
    event = json.loads((EVENTS / file).read_text(encoding="utf-8"))

    assert delivered(desk.consumer, *event["Records"]) == []
