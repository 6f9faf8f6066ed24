"""What every store of documents does: the in-memory fake and the table alike."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ishtirak.documents import rules
from ishtirak.documents.model import DocumentChange, DocumentState, RefusalReason
from ishtirak.documents.ports import Documents
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from tests.documents.samples import DOCUMENT, KEEP_UNTIL, NOW, declared
from tests.documents.stage import TABLE, stage
from tests.fakes.documents import DocumentsInMemory
from tests.fakes.transaction import InMemoryTransaction

OTHER = "33333333-3333-4333-8333-333333333333"


@dataclass
class Kept:
    """Documents, and what commits their changes."""

    documents: Documents
    transaction: Transaction

    def commit(self, change: DocumentChange) -> None:
        self.transaction.commit(self.documents.save(change))


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(DocumentsInMemory(), InMemoryTransaction())
        return
    from ishtirak.adapters.aws.document_table import DocumentTable
    from ishtirak.adapters.transaction import DynamoTransaction

    with stage():
        yield Kept(DocumentTable(TABLE), DynamoTransaction())


def test_a_document_is_found_as_it_was_stored(kept: Kept) -> None:
    change = declared()

    kept.commit(change)

    assert kept.documents.find(DOCUMENT) == change.document


def test_an_unknown_document_is_nowhere(kept: Kept) -> None:
    assert kept.documents.find(DOCUMENT) is None
    assert kept.documents.many([DOCUMENT]) == {}
    assert kept.documents.states([DOCUMENT], on=NOW.date()) == {}


def test_states_tell_of_the_documents_there_are(kept: Kept) -> None:
    first = declared()
    second = declared(id=OTHER)
    kept.commit(first)
    kept.commit(second)
    kept.commit(rules.refused(second.document, reason=RefusalReason.DAMAGED, at=NOW))

    states = kept.documents.states([DOCUMENT, OTHER, "44444444-4444-4444-8444-444444444444"], on=NOW.date())

    assert states == {DOCUMENT: DocumentState.AWAITING_UPLOAD, OTHER: DocumentState.REFUSED}


def test_a_document_is_declared_once(kept: Kept) -> None:
    kept.commit(declared())

    with pytest.raises(ChangedMeanwhile):
        kept.commit(declared())


def test_of_two_decisions_the_first_stands(kept: Kept) -> None:
    change = declared()
    kept.commit(change)
    kept.commit(rules.accepted(change.document, kept_version="v1", keep_until=KEEP_UNTIL, at=NOW))

    with pytest.raises(ChangedMeanwhile):
        kept.commit(rules.refused(change.document, reason=RefusalReason.MALWARE, at=NOW))

    stored = kept.documents.find(DOCUMENT)
    assert stored is not None
    assert stored.state is DocumentState.CLEAN


def test_nothing_is_stored_before_its_items_are_committed(kept: Kept) -> None:
    items = kept.documents.save(declared())

    assert len(items) >= 1
    assert kept.documents.find(DOCUMENT) is None
