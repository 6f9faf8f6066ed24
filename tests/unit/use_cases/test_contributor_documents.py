"""A contributor's documents, called without HTTP on the in-memory fakes."""

import hashlib
from typing import Any

import pytest

from ishtirak.documents.model import DocumentKind, DocumentState, RefusalReason
from ishtirak.documents.refusals import (
    DocumentAlreadyAttached,
    DocumentDecided,
    DocumentTooLarge,
    FileRefusedBefore,
)
from ishtirak.documents.rules import MAX_BYTES, accepted, refused
from ishtirak.kernel.errors import ChangedMeanwhile, NotFound
from ishtirak.requests.model import RequestChange
from ishtirak.use_cases.declare_document import DeclaredDocument, declare_document
from ishtirak.use_cases.read_documents import list_documents, read_document
from ishtirak.use_cases.remove_document import remove_document
from ishtirak.use_cases.renew_upload import renew_upload
from tests.documents.samples import KEEP_UNTIL
from tests.fakes.documents import DocumentsInMemory, QuarantineInMemory
from tests.fakes.requests import CONTRIBUTOR, NOW, REQUEST, STRANGER, RequestsInMemory, StoppedClock, drafted
from tests.fakes.transaction import InMemoryTransaction, commit

CONTENT = b"content"


class World:
    """A draft, and where its documents are kept."""

    def __init__(self) -> None:
        self.requests = RequestsInMemory()
        self.documents = DocumentsInMemory()
        self.quarantine = QuarantineInMemory()
        commit(self.requests.save(RequestChange(before=None, after=drafted().after, events=())))

    @property
    def reading(self) -> dict[str, Any]:
        return {"requests": self.requests, "documents": self.documents}

    @property
    def writing(self) -> dict[str, Any]:
        return {**self.reading, "clock": StoppedClock(), "transaction": InMemoryTransaction()}

    def declare(self, **changed: Any) -> DeclaredDocument:
        facts: dict[str, Any] = {
            "kind": DocumentKind.PAYSLIP,
            "file_name": "../payslip.PDF",
            "content_type": "application/pdf",
            "size": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "by": CONTRIBUTOR,
        }
        return declare_document(REQUEST, quarantine=self.quarantine, **self.writing, **(facts | changed))


@pytest.fixture
def world() -> World:
    return World()


def test_a_declared_document_and_its_request_change_together(world: World) -> None:
    declared = world.declare()

    document = read_document(REQUEST, declared.document.id, by=CONTRIBUTOR, **world.reading)
    request = world.requests.get(REQUEST)
    assert document == declared.document
    assert request == declared.request
    assert [(kept.id, kept.name, kept.sha256) for kept in request.attachments] == [
        (document.id, "payslip.PDF", document.sha256)
    ]
    assert declared.upload.fields == {"key": document.key}


def test_a_document_that_is_too_large_changes_nothing(world: World) -> None:
    with pytest.raises(DocumentTooLarge):
        world.declare(size=MAX_BYTES + 1)

    assert world.requests.get(REQUEST).attachments == ()
    assert world.documents.events == []


def test_documents_are_listed_in_the_order_they_were_attached(world: World) -> None:
    declared = [world.declare(sha256=digit * 64).document.id for digit in "abc"]

    found = list_documents(REQUEST, by=CONTRIBUTOR, **world.reading)

    assert [document.id for document in found.documents] == declared
    assert found.request == world.requests.get(REQUEST)


def test_a_document_is_removed_from_the_version_that_was_read_only(world: World) -> None:
    first, second = world.declare(), world.declare(sha256="a" * 64)
    given = {"by": CONTRIBUTOR, **world.writing}

    with pytest.raises(ChangedMeanwhile):
        remove_document(REQUEST, first.document.id, expected_version=first.request.version, **given)
    left = remove_document(REQUEST, first.document.id, expected_version=second.request.version, **given)

    assert [document.id for document in left.documents] == [second.document.id]
    assert left.request == world.requests.get(REQUEST)
    removed = world.documents.find(first.document.id)
    assert removed is not None
    assert removed.state is DocumentState.REMOVED
    with pytest.raises(NotFound):
        read_document(REQUEST, first.document.id, by=CONTRIBUTOR, **world.reading)


def test_a_form_is_renewed_until_the_document_is_decided(world: World) -> None:
    declared = world.declare()
    document_id = declared.document.id
    given = {"by": CONTRIBUTOR, "quarantine": world.quarantine, **world.reading}

    assert renew_upload(REQUEST, document_id, **given) == declared.upload
    commit(
        world.documents.save(accepted(declared.document, kept_version="v1", keep_until=KEEP_UNTIL, at=NOW))
    )

    with pytest.raises(DocumentDecided):
        renew_upload(REQUEST, document_id, **given)


def test_anothers_documents_do_not_exist(world: World) -> None:
    document_id = world.declare().document.id
    asked: list[Any] = [
        lambda: world.declare(by=STRANGER),
        lambda: list_documents(REQUEST, by=STRANGER, **world.reading),
        lambda: read_document(REQUEST, document_id, by=STRANGER, **world.reading),
        lambda: renew_upload(REQUEST, document_id, by=STRANGER, quarantine=world.quarantine, **world.reading),
        lambda: remove_document(REQUEST, document_id, expected_version=2, by=STRANGER, **world.writing),
    ]

    for ask in asked:
        with pytest.raises(NotFound):
            ask()


def refuse(world: World, declared: DeclaredDocument, reason: RefusalReason) -> None:
    commit(world.documents.save(refused(declared.document, reason=reason, at=NOW)))


def take_back(world: World, declared: DeclaredDocument) -> None:
    version = world.requests.get(REQUEST).version
    remove_document(REQUEST, declared.document.id, expected_version=version, by=CONTRIBUTOR, **world.writing)


@pytest.mark.parametrize("reason", [None, *RefusalReason])
def test_a_file_is_attached_once_whatever_became_of_it(world: World, reason: RefusalReason | None) -> None:
    first = world.declare()
    if reason:
        refuse(world, first, reason)

    with pytest.raises(DocumentAlreadyAttached):
        world.declare(kind=DocumentKind.EMPLOYMENT_CONTRACT, file_name="another.pdf")


def test_a_file_that_was_taken_back_may_come_again(world: World) -> None:
    take_back(world, world.declare())

    again = world.declare()

    assert again.document.state is DocumentState.AWAITING_UPLOAD


@pytest.mark.parametrize("reason", RefusalReason)
def test_a_refused_file_never_comes_again_unless_other_bytes_had_arrived(
    world: World, reason: RefusalReason
) -> None:
    first = world.declare()
    refuse(world, first, reason)
    take_back(world, first)

    if reason in (RefusalReason.SIZE_DIFFERS, RefusalReason.CONTENT_DIFFERS):
        assert world.declare().document.id != first.document.id
    else:
        with pytest.raises(FileRefusedBefore):
            world.declare()
