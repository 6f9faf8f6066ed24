"""Events somebody is notified of: each person gets a notice of their own, and every text there is has its event."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.notify.handler import build
from functions.notify.settings import Settings
from ishtirak.edge.queue import Consumer
from ishtirak.edge.texts import LANGUAGES, codes
from ishtirak.messages.notices import AUDIENCES, Audience, Notice
from tests.fakes import requests as cases
from tests.fakes.bills import BilledAccount, a_bill
from tests.fakes.register import MITHAL
from tests.fakes.requests import EMPLOYER, OWNER, REQUEST
from tests.functions.access_world import access_world, delivered, logged, message
from tests.functions.scene import Killed, Scene, dying

EVENTS = Path("functions/notify/events")
SUBSCRIBED = frozenset(event for subscription in Settings.SUBSCRIPTIONS for event in subscription.types)
EVENT_ID = "e0e0e0e0-0000-4000-8000-000000000001"
SECOND = "00000000-0000-4000-8000-000000000015"
VARIANTS = {"draft", "employer", "in_part", "nothing_due"}
SENDING = "sqs.SendMessage"


class Desk:
    """The function, a submitted request with its bill, and those who act for its employer."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        scene.register.transaction.commit(scene.register.appoint(SECOND, MITHAL))
        scene.holds(cases.submitted().after)
        self.bill = BilledAccount(scene.register, bill=a_bill(id="d0d0d0d0-0000-4000-8000-000000000001")).bill
        self.queue = scene.cloud.aws("sqs").create_queue(QueueName="sms")["QueueUrl"]
        self.consumer: Consumer = build(
            Settings(
                requests_table=scene.cloud.requests,
                register_table=scene.cloud.register,
                sms_queue_url=self.queue,
            )
        )
        scene.cloud.calls.clear()

    def record(self, event_type: str, *, subject: str = f"request/{REQUEST}", **data: Any) -> dict[str, Any]:
        return message(event_type, subject=subject, data=data, event_id=EVENT_ID)

    def deliver(self, event_type: str, **data: Any) -> list[str]:
        return delivered(self.consumer, self.record(event_type, **data))

    def bill_is_told(self) -> list[str]:
        return self.deliver("RequestBilled", bill_id=self.bill.id, total_halalas=self.bill.total)

    def handed_over(self) -> list[Notice]:
        """What waits in the queue, taken out of it."""
        found: list[Notice] = []
        while (
            answer := self.scene.cloud.aws("sqs")
            .receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
            .get("Messages")
        ):
            found += [Notice.model_validate_json(one["Body"]) for one in answer]
        return found


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as cloud:
        yield Desk(Scene(cloud))


def test_defect_12_a_bill_becomes_a_notice_for_the_worker_and_each_who_acts_for_the_debtor(
    desk: Desk,
) -> None:
    assert desk.bill_is_told() == []

    assert {notice.person_id: notice.code for notice in desk.handed_over()} == {
        OWNER: "RequestBilled",
        EMPLOYER.person_id: "RequestBilled_employer",
        SECOND: "RequestBilled_employer",
    }


def test_a_notice_that_waits_names_nobody(desk: Desk) -> None:
    desk.bill_is_told()

    waiting = " ".join(notice.model_dump_json() for notice in desk.handed_over())
    person = desk.scene.register.people.find(OWNER)
    assert person is not None
    for secret in (person.name_ar, person.name_en, person.masked_identity, MITHAL.reveal()):
        assert secret not in waiting


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_whenever_the_process_dies_everybody_is_told_under_one_reference(desk: Desk, after: bool) -> None:
    with desk.scene.cloud.traced() as calls:
        desk.bill_is_told()
    whole = {notice.reference for notice in desk.handed_over()}

    for at in range(1, len(calls) + 1):
        with pytest.raises(Killed), dying(at, after=after):
            desk.bill_is_told()
        desk.bill_is_told()
        told = desk.handed_over()

        assert {notice.reference for notice in told} == whole
        assert {notice.person_id for notice in told} == {OWNER, EMPLOYER.person_id, SECOND}

    bill, its_request, its_employer = ["dynamodb.GetItem"] * 3
    assert calls == [its_request, bill, its_employer, "dynamodb.Query", *[SENDING] * 3]


def test_a_queue_that_takes_nothing_sends_the_event_back(desk: Desk) -> None:
    desk.scene.cloud.denied.add(SENDING)
    record = desk.record("RequestSubmitted")

    assert delivered(desk.consumer, record) == [record["messageId"]]
    assert desk.handed_over() == []


def test_an_event_nobody_subscribed_to_goes_to_the_dead_letters(desk: Desk) -> None:
    record = desk.record("ReviewClaimed")

    assert delivered(desk.consumer, record) == [record["messageId"]]
    assert desk.handed_over() == []


def test_the_log_says_how_many_are_told_and_of_what(desk: Desk) -> None:
    with logged() as log:
        desk.bill_is_told()

    line, *_ = [json.loads(line) for line in log.getvalue().splitlines() if "notify_people" in line]
    assert (line["type"], line["outcome"]) == ("RequestBilled", "3")


def test_every_event_with_an_audience_is_subscribed_to_and_no_other() -> None:
    assert set(AUDIENCES) == SUBSCRIBED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_audience_of_an_event_has_its_text(language: str) -> None:
    owed = {
        f"{event}_employer" if audience is Audience.EMPLOYER else event
        for event, audiences in AUDIENCES.items()
        for audience in audiences
    }

    assert codes(language, "sms") >= owed


def test_no_text_is_of_an_event_or_a_variant_nobody_sends() -> None:
    notices = {code.partition("_") for code in codes("ar", "sms") if not code.startswith("code_")}

    assert {event for event, _, _ in notices} == SUBSCRIBED
    assert {variant for _, _, variant in notices} == {"", *VARIANTS}


@pytest.mark.parametrize("file", sorted(path.name for path in EVENTS.glob("*.json")))
def test_the_sample_events_are_read(desk: Desk, file: str) -> None:
    event = json.loads((EVENTS / file).read_text(encoding="utf-8").replace(SAMPLE_REQUEST, REQUEST))

    assert delivered(desk.consumer, *event["Records"]) == []
    assert desk.handed_over()


SAMPLE_REQUEST = "3f3f3f3f-0000-4000-8000-000000000001"
