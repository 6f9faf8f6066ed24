"""Notifying a person, on ports in memory: whom, with which text, and what fills it."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from ishtirak.eventlog.event import PublishedEvent
from ishtirak.kernel.identity import Mobile
from ishtirak.register.people import identity_encryption_context
from ishtirak.requests.model import Request
from ishtirak.use_cases.notify_person import NoticeOutcome, notify_person
from tests.fakes import requests as cases
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.messages import Outbox, ReadableTexts
from tests.fakes.register import InMemoryPeople, a_contributor
from tests.fakes.requests import OWNER, REQUEST, RequestsInMemory
from tests.fakes.sessions import PlainEncryption

IDENTITY = "1000000008"
MOBILE = Mobile("+966500000017")
EVENT_ID = "e0e0e0e0-0000-4000-8000-000000000001"


@dataclass
class Desk:
    """One submitted request, its owner, and everything a notice is sent with."""

    requests: RequestsInMemory = field(default_factory=RequestsInMemory)
    people: InMemoryPeople = field(default_factory=InMemoryPeople)
    directory: InMemoryDirectory = field(
        default_factory=lambda: InMemoryDirectory([a_person(IDENTITY, mobile=MOBILE)])
    )
    outbox: Outbox = field(default_factory=Outbox)

    def __post_init__(self) -> None:
        self.holds(cases.submitted().after)
        encrypted = PlainEncryption().encrypt(IDENTITY, identity_encryption_context(OWNER))
        self.people.people[OWNER] = a_contributor(OWNER, encrypted_identity=encrypted, language="en")

    def holds(self, request: Request) -> None:
        self.requests.kept[request.id] = request

    def notify(self, event_type: str, *, subject: str = f"request/{REQUEST}", **data: Any) -> NoticeOutcome:
        event = PublishedEvent(
            id=EVENT_ID,
            type=event_type,
            subject=subject,
            seq=1,
            at="2026-11-22T09:00:00.000Z",
            actor="test",
            data=data,
        )
        return notify_person(
            event,
            requests=self.requests,
            people=self.people,
            encryption=PlainEncryption(),
            directory=self.directory,
            gateway=self.outbox,
            texts=ReadableTexts(),
        )

    @property
    def sent(self) -> tuple[Mobile, str]:
        return self.outbox.messages[EVENT_ID]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_owner_of_a_request_is_notified_of_its_reference_in_their_language(desk: Desk) -> None:
    outcome = desk.notify("RequestReturned")

    reference = desk.requests.submitted(REQUEST).reference
    assert outcome is NoticeOutcome.SENT
    assert desk.sent == (MOBILE, f"en RequestReturned: reference={reference}")


@pytest.mark.parametrize(
    ("halalas", "text"),
    [
        (123_450, "en RequestBilled: reference={reference}, total=1234.50"),
        (0, "en RequestBilled_nothing_due: reference={reference}"),
    ],
)
def test_a_bill_is_notified_with_its_total(desk: Desk, halalas: int, text: str) -> None:
    desk.notify("RequestBilled", total_halalas=halalas)

    assert desk.sent[1] == text.format(reference=desk.requests.submitted(REQUEST).reference)


def test_a_draft_has_no_reference(desk: Desk) -> None:
    desk.holds(cases.drafted().after)

    desk.notify("RequestWithdrawn")

    assert desk.sent[1] == "en RequestWithdrawn_draft: "


def test_a_registration_is_notified_to_the_person_the_event_names(desk: Desk) -> None:
    desk.notify("ContractRegistered", subject=f"account/{OWNER}/SOCIAL_INSURANCE", person_id=OWNER)

    assert desk.sent == (MOBILE, "en ContractRegistered: ")


def test_somebody_without_a_mobile_or_outside_the_register_is_not_notified(desk: Desk) -> None:
    desk.directory = InMemoryDirectory([a_person(IDENTITY, mobile=None)])
    assert desk.notify("RequestReturned") is NoticeOutcome.NO_MOBILE

    desk.people.people.clear()
    assert desk.notify("RequestReturned") is NoticeOutcome.NO_MOBILE

    assert desk.outbox.calls == 0
