"""An officer opens a document through a link, once it passed the inspection."""

from datetime import date, timedelta

import pytest

from ishtirak.documents import refusals, rules
from ishtirak.documents.model import DocumentChange, DocumentState, DownloadLink
from ishtirak.kernel.errors import NotFound
from ishtirak.requests.model import Request, RequestChange
from ishtirak.use_cases.open_document import open_document
from tests.documents.samples import NOW, declared
from tests.fakes.documents import DocumentsInMemory, EvidenceInMemory
from tests.fakes.requests import (
    DOCUMENT,
    OFFICER,
    REQUEST,
    RequestsInMemory,
    StoppedClock,
    attachment,
    drafted,
    submitted,
)
from tests.fakes.transaction import commit


class Desk:
    """A submitted request with one document attached."""

    def __init__(self) -> None:
        self.requests = RequestsInMemory()
        self.documents = DocumentsInMemory()
        self.holds(submitted().after)

    def holds(self, request: Request) -> None:
        attached = request.model_copy(update={"attachments": (attachment(),)})
        self.requests.kept.clear()
        commit(self.requests.save(RequestChange(before=None, after=attached, events=())))

    def stores(self, change: DocumentChange) -> None:
        commit(self.documents.save(change))

    def opens(self, document_id: str = DOCUMENT) -> DownloadLink:
        return open_document(
            REQUEST,
            document_id,
            by=OFFICER,
            requests=self.requests,
            documents=self.documents,
            evidence=EvidenceInMemory(),
            clock=StoppedClock(),
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_clean_document_is_viewed_through_a_link(desk: Desk) -> None:
    change = declared(state=DocumentState.CLEAN)
    desk.stores(change)

    link = desk.opens()

    assert change.document.key in link.url


@pytest.mark.parametrize(
    ("keep_until", "is_there"), [(NOW.date(), True), (NOW.date() - timedelta(days=1), False)]
)
def test_after_its_last_day_a_document_is_destroyed_whether_or_not_the_store_got_round_to_it(
    desk: Desk, keep_until: date, is_there: bool
) -> None:
    desk.stores(declared(state=DocumentState.CLEAN, keep_until=keep_until))

    if is_there:
        assert desk.opens().url
        return
    with pytest.raises(refusals.DocumentDestroyed) as refused:
        desk.opens()
    assert refused.value.facts["kept_until"] == keep_until.isoformat()


@pytest.mark.parametrize("state", [DocumentState.AWAITING_UPLOAD, DocumentState.HELD, DocumentState.REFUSED])
def test_what_is_not_clean_is_not_viewed(desk: Desk, state: DocumentState) -> None:
    desk.stores(declared(state=state))

    with pytest.raises(refusals.DocumentNotClean):
        desk.opens()


def test_a_removed_document_is_not_viewed(desk: Desk) -> None:
    change = declared(state=DocumentState.CLEAN)
    desk.stores(change)
    desk.stores(rules.removed(change.document, at=NOW))

    with pytest.raises(NotFound):
        desk.opens()


def test_a_document_of_a_draft_is_nobodys_but_its_owners(desk: Desk) -> None:
    desk.stores(declared(state=DocumentState.CLEAN))
    desk.holds(drafted().after)

    with pytest.raises(NotFound):
        desk.opens()


def test_a_document_that_is_not_attached_is_not_opened(desk: Desk) -> None:
    other = "33333333-3333-4333-8333-333333333333"
    desk.stores(declared(id=other, state=DocumentState.CLEAN))

    with pytest.raises(NotFound):
        desk.opens(other)
