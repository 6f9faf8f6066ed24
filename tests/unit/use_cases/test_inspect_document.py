"""Inspection on the in-memory fakes: the order of the steps and what each may cause."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ishtirak.documents import rules
from ishtirak.documents.model import Document, DocumentState, RefusalReason, ScanVerdict, UploadedObject
from ishtirak.use_cases.inspect_document import (
    DecidedMeanwhile,
    InspectionOutcome,
    NotOurBucket,
    NotScannedYet,
    ScanOverdue,
    inspect_document,
)
from tests.documents.samples import DOCUMENT, NOW, StoppedClock, declared
from tests.fakes.documents import (
    DocumentsInMemory,
    EvidenceInMemory,
    InspectorSaying,
    QuarantineInMemory,
    ScannerSaying,
)
from tests.fakes.transaction import InMemoryTransaction, commit

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
        commit(self.documents.save(change))
        self.arrival = self.quarantine.put(change.document.key, CONTENT)

    @property
    def document(self) -> Document:
        found = self.documents.find(DOCUMENT)
        assert found is not None
        return found

    def inspect(self, arrival: UploadedObject | None = None) -> InspectionOutcome:
        return inspect_document(
            arrival or self.arrival,
            bucket="quarantine",
            documents=self.documents,
            quarantine=self.quarantine,
            evidence=self.evidence,
            scanner=self.scanner,
            inspector=self.inspector,
            clock=StoppedClock(),
            transaction=InMemoryTransaction(),
        )


@pytest.fixture
def world() -> World:
    return World()


def test_a_sound_arrival_is_accepted(world: World) -> None:
    outcome = world.inspect()

    assert outcome is InspectionOutcome.ACCEPTED
    assert world.evidence.objects == {world.document.key: CONTENT}
    assert world.quarantine.objects == {}


@pytest.mark.parametrize(
    ("seconds", "raised"), [(0, NotScannedYet), (899, NotScannedYet), (900, ScanOverdue)]
)
def test_a_scan_is_overdue_a_quarter_of_an_hour_after_the_arrival(
    world: World, seconds: int, raised: type[NotScannedYet]
) -> None:
    world.scanner.answer = ScanVerdict.PENDING
    arrival = replace(world.arrival, arrived_at=NOW - timedelta(seconds=seconds))

    with pytest.raises(NotScannedYet) as waiting:
        world.inspect(arrival)

    assert type(waiting.value) is raised
    assert world.document.state is DocumentState.HELD


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
            commit(world.documents.save(rules.removed(document, at=NOW)))
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


def test_an_event_of_another_bucket_touches_nothing(world: World) -> None:
    elsewhere = replace(world.arrival, bucket="clean")

    with pytest.raises(NotOurBucket):
        world.inspect(elsewhere)

    assert world.document.state is DocumentState.AWAITING_UPLOAD
    assert world.quarantine.objects == {world.document.key: CONTENT}
