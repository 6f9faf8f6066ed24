"""What every keeper of documents does: the in-memory twin and the table alike."""

from collections.abc import Iterator

import pytest

from ishtirak.documents import rules
from ishtirak.documents.model import DocumentState, RefusalReason
from ishtirak.documents.ports import Documents
from ishtirak.kernel.errors import ChangedMeanwhile
from tests.documents.samples import DOCUMENT, NOW, declared
from tests.documents.stage import TABLE, stage
from tests.fakes.documents import DocumentsInMemory

OTHER = "33333333-3333-4333-8333-333333333333"


@pytest.fixture(params=["memory", "dynamodb"])
def documents(request: pytest.FixtureRequest) -> Iterator[Documents]:
    if request.param == "memory":
        yield DocumentsInMemory()
        return
    from ishtirak.adapters.aws.document_table import DocumentTable

    with stage():
        yield DocumentTable(TABLE)


def test_a_document_is_found_as_it_was_stored(documents: Documents) -> None:
    change = declared()

    documents.commit(change)

    assert documents.find(DOCUMENT) == change.document


def test_an_unknown_document_is_nowhere(documents: Documents) -> None:
    assert documents.find(DOCUMENT) is None
    assert documents.many([DOCUMENT]) == {}
    assert documents.states([DOCUMENT]) == {}


def test_states_tell_of_the_documents_there_are(documents: Documents) -> None:
    first = declared()
    second = declared(id=OTHER)
    documents.commit(first)
    documents.commit(second)
    documents.commit(rules.refused(second.document, reason=RefusalReason.DAMAGED, at=NOW))

    states = documents.states([DOCUMENT, OTHER, "44444444-4444-4444-8444-444444444444"])

    assert states == {DOCUMENT: DocumentState.AWAITING_UPLOAD, OTHER: DocumentState.REFUSED}


def test_a_document_is_declared_once(documents: Documents) -> None:
    documents.commit(declared())

    with pytest.raises(ChangedMeanwhile):
        documents.commit(declared())


def test_of_two_decisions_the_first_stands(documents: Documents) -> None:
    change = declared()
    documents.commit(change)
    documents.commit(rules.accepted(change.document, kept_version="v1", at=NOW))

    with pytest.raises(ChangedMeanwhile):
        documents.commit(rules.refused(change.document, reason=RefusalReason.MALWARE, at=NOW))

    kept = documents.find(DOCUMENT)
    assert kept is not None
    assert kept.state is DocumentState.CLEAN


def test_a_part_can_be_committed_by_another(documents: Documents) -> None:
    part = documents.part(declared())

    assert len(part) >= 1
    assert documents.find(DOCUMENT) is None
