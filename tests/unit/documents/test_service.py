"""Inspection and viewing on the in-memory twins: the order of the steps and what each may cause."""

import pytest
from ishtirak.documents.service import DecidedMeanwhile, InspectionOutcome, NotScannedYet

from ishtirak.documents import rules, service
from ishtirak.documents.model import Document, DocumentState, RefusalReason, ScanVerdict, UploadedObject
from ishtirak.kernel.errors import NotFound
from tests.documents.samples import DOCUMENT, NOW, StoppedClock, declared
from tests.fakes.documents import (
    DocumentsInMemory,
    EvidenceInMemory,
    InspectorSaying,
    QuarantineInMemory,
    ScannerSaying,
)

CONTENT = b"content"


class World:
    """Everything an inspection touches, and one document whose bytes have arrived."""

    def __init__(self) -> None:
        self.documents = DocumentsInMemory()
        self.quarantine = QuarantineInMemory()
        self.evidence = EvidenceInMemory()
        self.scanner = ScannerSaying()
        self.inspector = InspectorSaying()
        change = declared(CONTENT)
        self.documents.commit(change)
        self.arrival = self.quarantine.put(change.document.key, CONTENT)

    @property
    def document(self) -> Document:
        found = self.documents.find(DOCUMENT)
        assert found is not None
        return found

    def inspect(self, arrival: UploadedObject | None = None) -> InspectionOutcome:
        return service.inspect(
            arrival or self.arrival,
            documents=self.documents,
            quarantine=self.quarantine,
            evidence=self.evidence,
            scanner=self.scanner,
            inspector=self.inspector,
            clock=StoppedClock(),
        )


@pytest.fixture
def world() -> World:
    return World()


def test_a_sound_arrival_is_accepted(world: World) -> None:
    outcome = world.inspect()

    assert outcome is InspectionOutcome.ACCEPTED
    assert world.evidence.objects == {world.document.key: CONTENT}
    assert world.quarantine.objects == {}


def test_what_the_parsers_refuse_is_never_shown_to_the_scanner(world: World) -> None:
    world.inspector.finding = RefusalReason.ENCRYPTED
    world.scanner.answer = ScanVerdict.PENDING

    assert world.inspect() is InspectionOutcome.REFUSED
    assert world.document.reason is RefusalReason.ENCRYPTED


def test_nothing_is_kept_while_the_scanner_is_silent(world: World) -> None:
    world.scanner.answer = ScanVerdict.PENDING

    with pytest.raises(NotScannedYet):
        world.inspect()

    assert world.document.state is DocumentState.HELD
    assert world.evidence.objects == {}
    assert world.quarantine.objects


def test_who_comes_second_asks_to_come_again(world: World) -> None:
    document = world.document

    class TakesItBackMeanwhile(InspectorSaying):
        def inspect(self, content: bytes, *, content_type: object) -> RefusalReason | None:
            world.documents.commit(rules.removed(document, at=NOW))
            return None

    world.inspector = TakesItBackMeanwhile()

    with pytest.raises(DecidedMeanwhile):
        world.inspect()

    assert world.document.state is DocumentState.REMOVED
    assert world.inspect() is InspectionOutcome.ALREADY_DECIDED
    assert world.quarantine.objects == {}


def test_a_decided_document_is_not_decided_again(world: World) -> None:
    world.inspect()
    again = world.quarantine.put(world.document.key, CONTENT)
    world.inspector.finding = RefusalReason.MALWARE

    assert world.inspect(again) is InspectionOutcome.ALREADY_DECIDED
    assert world.document.state is DocumentState.CLEAN


def test_a_key_of_nobody_is_unexpected(world: World) -> None:
    stray = world.quarantine.put("somewhere/else", CONTENT)

    assert world.inspect(stray) is InspectionOutcome.UNEXPECTED
    assert "somewhere/else" not in world.quarantine.objects


def test_a_clean_document_is_viewed_through_a_link(world: World) -> None:
    world.inspect()

    link = service.view(DOCUMENT, documents=world.documents, evidence=world.evidence)

    assert world.document.key in link.url


@pytest.mark.parametrize("state", [DocumentState.AWAITING_UPLOAD, DocumentState.HELD, DocumentState.REFUSED])
def test_what_is_not_clean_is_not_viewed(state: DocumentState) -> None:
    documents = DocumentsInMemory()
    documents.commit(declared(CONTENT, state=state))

    with pytest.raises(rules.DocumentNotClean):
        service.view(DOCUMENT, documents=documents, evidence=EvidenceInMemory())


def test_a_removed_document_is_not_viewed(world: World) -> None:
    world.inspect()
    world.documents.commit(rules.removed(world.document, at=NOW))

    with pytest.raises(NotFound):
        service.view(DOCUMENT, documents=world.documents, evidence=world.evidence)
