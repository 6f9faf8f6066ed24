"""Notices: the right person, their language, the reference and nothing more."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.notify.handler import build
from functions.notify.settings import Settings
from ishtirak.edge.texts import LANGUAGES, codes, text
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.segments import segments
from ishtirak.requests.model import Request, RequestChange
from tests.fakes import requests as cases
from tests.fakes.messages import Outbox
from tests.functions.access_world import (
    IDENTITY,
    MOBILE,
    OnePersonDirectory,
    World,
    access_world,
    delivered,
    logged,
    message,
)

EVENTS = Path("functions/notify/events")
SUBJECT = f"request/{cases.REQUEST}"
SUBSCRIBED = frozenset(event for subscription in Settings.SUBSCRIPTIONS for event in subscription.types)
EVENT_ID = "e0e0e0e0-0000-4000-8000-000000000001"
NOTICES = tuple(
    name
    for event in sorted(SUBSCRIBED)
    for name in (event, f"{event}_nothing_due", f"{event}_draft")
    if name in codes("ar", "sms")
)


class Desk:
    """The function, one submitted request and its owner."""

    def __init__(self, world: World) -> None:
        from ishtirak.adapters.aws.request_table import RequestTable

        self.world = world
        self.outbox = Outbox()
        self.directory = OnePersonDirectory()
        self.request = cases.submitted().after
        self.requests = RequestTable(world.requests)
        self.store(self.request)
        self.consumer = build(
            Settings(
                requests_table=world.requests,
                register_table=world.register,
                data_key_arn=world.data_key,
                absher_secret_arn="arn:absher",
                sms_secret_arn="arn:sms",
            ),
            directory=self.directory,
            gateway=self.outbox,
        )

    def store(self, request: Request) -> None:
        from ishtirak.adapters.transaction import DynamoTransaction

        change = RequestChange(before=None, after=request, events=())
        DynamoTransaction().commit(self.requests.save(change))

    def record(self, event_type: str, *, subject: str = SUBJECT, **data: Any) -> dict[str, Any]:
        return message(event_type, subject=subject, data=data, event_id=EVENT_ID)

    def deliver(self, event_type: str, *, subject: str = SUBJECT, **data: Any) -> list[str]:
        return delivered(self.consumer, self.record(event_type, subject=subject, **data))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


@pytest.mark.parametrize("event_type", sorted(SUBSCRIBED - {"ContractRegistered", "RequestBilled"}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_owner_is_told_in_their_language(desk: Desk, language: str, event_type: str) -> None:
    desk.world.knows(cases.OWNER, language=language)

    assert desk.deliver(event_type) == []

    facts = {"reference": desk.request.reference}
    assert desk.outbox.messages == {
        EVENT_ID: (Mobile(MOBILE), text(language, "sms", event_type, None, facts))
    }


@pytest.mark.parametrize(("halalas", "words"), [(123_450, "1234.50"), (100, "1.00"), (0, "لا مبلغ مستحق")])
def test_a_bill_tells_its_total(desk: Desk, halalas: int, words: str) -> None:
    desk.world.knows(cases.OWNER)

    assert desk.deliver("RequestBilled", bill_id="bill-1", total_halalas=halalas) == []

    assert words in desk.outbox.messages[EVENT_ID][1]


def test_a_registration_from_a_contract_is_told_to_its_worker(desk: Desk) -> None:
    desk.world.knows(cases.OWNER)

    assert (
        desk.deliver(
            "ContractRegistered", subject=f"account/{cases.OWNER}/SOCIAL_INSURANCE", person_id=cases.OWNER
        )
        == []
    )

    assert desk.outbox.messages[EVENT_ID][1] == text("ar", "sms", "ContractRegistered")


def test_a_withdrawn_draft_has_no_reference_to_tell(desk: Desk) -> None:
    desk.world.knows(cases.OWNER)
    draft = cases.drafted(id=cases.OTHER_REQUEST).after
    desk.store(draft)

    desk.deliver("RequestWithdrawn", subject=f"request/{cases.OTHER_REQUEST}")

    assert desk.outbox.messages[EVENT_ID][1] == text("ar", "sms", "RequestWithdrawn_draft")


def test_a_redelivered_event_reaches_the_person_once(desk: Desk) -> None:
    desk.world.knows(cases.OWNER)

    desk.deliver("RequestSubmitted")
    desk.deliver("RequestSubmitted")

    assert desk.outbox.calls == 2
    assert list(desk.outbox.messages) == [EVENT_ID]


@pytest.mark.parametrize("outage", ["directory", "outbox"])
def test_an_outage_sends_the_event_back_to_the_queue(desk: Desk, outage: str) -> None:
    desk.world.knows(cases.OWNER)
    getattr(desk, outage).available = False
    record = desk.record("RequestSubmitted")

    assert delivered(desk.consumer, record) == [record["messageId"]]


def test_somebody_without_a_phone_is_not_told_and_holds_up_nothing(desk: Desk) -> None:
    desk.world.knows(cases.OWNER)
    desk.directory.mobile = None

    assert desk.deliver("RequestSubmitted") == []
    assert desk.deliver("ContractRegistered", person_id="00000000-0000-4000-8000-00000000000f") == []

    assert desk.outbox.calls == 0


def test_an_event_without_a_text_goes_to_the_dead_letters(desk: Desk) -> None:
    desk.world.knows(cases.OWNER)
    record = desk.record("ReviewClaimed")

    assert delivered(desk.consumer, record) == [record["messageId"]]

    assert desk.outbox.calls == 0


def test_a_number_the_provider_refuses_is_not_tried_again(desk: Desk) -> None:
    desk.world.knows(cases.OWNER)
    desk.outbox.refuses = True

    assert desk.deliver("RequestSubmitted") == []


def test_no_number_phone_or_text_is_logged(desk: Desk) -> None:
    desk.world.knows(cases.OWNER)

    with logged() as log:
        desk.deliver("RequestSubmitted")

    [(_, told)] = desk.outbox.messages.values()
    assert "notify_person" in log.getvalue()
    for secret in (IDENTITY, MOBILE, Mobile(MOBILE).masked(), told):
        assert secret not in log.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_is_two_messages_at_most_and_holds_no_link(notice: str, language: str) -> None:
    facts = {"reference": "ISH-1448-7Q4M2KX9-V", "total": "9999999.99"}

    written = text(language, "sms", notice, None, facts)

    assert segments(written) <= 2
    assert "{" not in written
    assert "—" not in written
    assert "://" not in written


def test_every_event_notify_subscribes_to_has_its_texts_in_every_language() -> None:
    written = SUBSCRIBED | {"RequestBilled_nothing_due", "RequestWithdrawn_draft"}

    assert len(SUBSCRIBED) == 8
    for language in LANGUAGES:
        assert codes(language, "sms") >= written


def test_no_text_is_of_an_event_notify_does_not_subscribe_to() -> None:
    notices = {code for code in codes("ar", "sms") if not code.startswith("code_")}

    assert {code.partition("_")[0] for code in notices} == SUBSCRIBED


@pytest.mark.parametrize("file", sorted(path.name for path in EVENTS.glob("*.json")))
def test_the_sample_events_are_read(desk: Desk, file: str) -> None:
    event = json.loads((EVENTS / file).read_text(encoding="utf-8"))

    assert delivered(desk.consumer, *event["Records"]) == []
