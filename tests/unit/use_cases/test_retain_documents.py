"""DOC-02: a document is kept while its request is open, and then for as long as its end asks; and destroyed."""

from datetime import date, timedelta

import pytest

from ishtirak.documents import rules as document_rules
from ishtirak.documents.model import Document, DocumentState
from ishtirak.eventlog.event import PublishedEvent
from ishtirak.requests import rules
from ishtirak.requests.model import Request, WaitOutcome
from ishtirak.use_cases.retain_documents import retain_documents
from tests.documents.samples import KEEP_UNTIL, a_document
from tests.documents.samples import NOW as KEPT_AT
from tests.fakes.documents import DocumentsInMemory, EvidenceInMemory
from tests.fakes.request_states import billed, expired, resubmitted, withdrawn
from tests.fakes.requests import (
    DOCUMENT,
    NOW,
    REQUEST,
    attachment,
    decided,
    drafted,
    returned,
    submitted,
    under_review,
)
from tests.fakes.transaction import commit
from tests.unit.use_cases.scene import Scene

TODAY = NOW.date()


class Desk(Scene):
    """A request with one document, kept until it is submitted or given up."""

    def __init__(self) -> None:
        super().__init__()
        self.documents = DocumentsInMemory()
        self.evidence = EvidenceInMemory()
        declared = document_rules.declared(a_document(), at=KEPT_AT)
        commit(self.documents.save(declared))
        commit(
            self.documents.save(
                document_rules.accepted(
                    declared.document, kept_version="v1", keep_until=KEEP_UNTIL, at=KEPT_AT
                )
            )
        )

    def has(self, request: Request) -> None:
        self.requests.kept[REQUEST] = request.model_copy(update={"attachments": (attachment(),)})

    def hears(self, subject: str = f"request/{REQUEST}", *, at: str = "2026-11-22T09:00:00.000Z") -> int:
        event = PublishedEvent(
            id="event", type="anything", subject=subject, seq=1, at=at, actor="somebody", data={}
        )
        return retain_documents(
            event=event,
            documents=self.documents,
            retention=self.evidence,
            **self.writing,
        )

    @property
    def document(self) -> Document:
        found = self.documents.find(DOCUMENT)
        assert found is not None
        return found

    @property
    def days(self) -> int | None:
        return self.evidence.days[self.document.key]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def rejected() -> Request:
    change = rules.reject_by_rule(submitted().after, "outside_the_window", at=NOW)
    assert change is not None
    return change.after


@pytest.mark.parametrize(
    "request_", [submitted().after, under_review(), returned(), resubmitted(returned()), decided()]
)
def test_while_a_request_is_open_its_documents_are_kept_whatever_happens(
    desk: Desk, request_: Request
) -> None:
    desk.has(request_)

    assert desk.hears() == 1
    assert (desk.document.keep_until, desk.days) == (None, None)
    assert desk.document.state_on(date(2076, 1, 1)) is DocumentState.CLEAN


@pytest.mark.parametrize(
    ("request_", "kept_for", "lifetime"),
    [
        (withdrawn(), 30, 31),
        (expired(), 30, 31),
        (rejected(), 365, 366),
        (billed(), 1826, 1827),
    ],
    ids=["withdrawn", "expired", "rejected", "billed"],
)
def test_when_a_request_ends_its_documents_are_kept_as_long_as_the_end_asks_and_destroyed(
    desk: Desk, request_: Request, kept_for: int, lifetime: int
) -> None:
    desk.has(request_)

    assert desk.hears() == 1
    assert desk.document.keep_until == TODAY + timedelta(days=kept_for)
    assert desk.days == lifetime
    assert desk.document.state_on(TODAY + timedelta(days=kept_for + 1)) is DocumentState.DESTROYED


def test_a_removed_document_is_destroyed_sooner_even_where_its_request_goes_on(desk: Desk) -> None:
    desk.has(returned())
    commit(desk.documents.save(document_rules.removed(desk.document, at=NOW)))

    assert desk.hears(f"document/{DOCUMENT}", at="2026-12-01T09:00:00.000Z") == 1
    assert desk.document.keep_until == date(2026, 12, 31)
    assert desk.days == 46


def test_events_that_come_twice_or_late_change_nothing(desk: Desk) -> None:
    desk.has(withdrawn())
    desk.hears()
    until = desk.document.keep_until

    assert [desk.hears(at="2026-11-21T09:00:00.000Z"), desk.hears()] == [0, 0]
    assert desk.document.keep_until == until
    assert [event.type for event in desk.documents.events].count("DocumentRetentionSet") == 1


def test_a_draft_and_a_document_that_was_never_kept_are_left_alone(desk: Desk) -> None:
    desk.has(drafted().after)
    assert desk.hears() == 0

    refused = DocumentsInMemory()
    commit(refused.save(document_rules.declared(a_document(), at=KEPT_AT)))
    desk.documents = refused
    desk.has(withdrawn())
    assert desk.hears() == 0
    assert desk.document.keep_until is None


def test_an_officers_rejection_is_an_end_like_a_rules(desk: Desk) -> None:
    desk.has(decided(WaitOutcome.REJECTED))

    desk.hears()

    assert desk.document.keep_until == TODAY + timedelta(days=365)


def test_the_store_is_told_before_the_document_says_so(desk: Desk) -> None:
    """A crash between the two leaves a document that is not settled yet, so the event does both again."""
    desk.has(withdrawn())
    told: list[int | None] = []

    class Dies:
        def keep_for(self, document: Document, *, days: int | None) -> None:
            told.append(days)
            raise KeyboardInterrupt

    healthy, desk.evidence = desk.evidence, Dies()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        desk.hears()
    desk.evidence = healthy

    assert told == [31]
    assert desk.document.keep_until == KEEP_UNTIL
    assert desk.hears() == 1
