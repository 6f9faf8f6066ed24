"""In-memory fakes of the ports of documents."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ishtirak.documents.model import (
    ContentType,
    Document,
    DocumentChange,
    DocumentState,
    DownloadLink,
    RefusalReason,
    ScanVerdict,
    UploadedObject,
    UploadForm,
)
from ishtirak.eventlog.event import Event
from ishtirak.kernel.transaction import Items
from tests.fakes.transaction import Write


class DocumentsInMemory:
    """`Documents` in a dictionary; `events` are what the bus would carry."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._documents: dict[str, Document] = {}

    def find(self, document_id: str) -> Document | None:
        return self._documents.get(document_id)

    def many(self, ids: Iterable[str]) -> Mapping[str, Document]:
        return {name: self._documents[name] for name in ids if name in self._documents}

    def states(self, ids: Iterable[str], *, on: date) -> Mapping[str, DocumentState]:
        return {name: document.state_on(on) for name, document in self.many(ids).items()}

    def save(self, change: DocumentChange) -> Items:
        def holds() -> bool:
            present = self._documents.get(change.document.id)
            return (present.version if present else None) == change.replacing

        def apply() -> None:
            self._documents[change.document.id] = change.document
            self.events.append(change.event)

        return (Write.when(holds, apply),)


@dataclass
class QuarantineInMemory:
    """`Quarantine` and what was put there, by key."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, content: bytes) -> UploadedObject:
        self.objects[key] = content
        return UploadedObject(bucket="quarantine", key=key, etag=_etag(content))

    def receive(self, document: Document) -> UploadForm:
        return UploadForm(
            url="https://quarantine.invalid/", fields={"key": document.key}, expires_at="2026-11-22T10:05:00Z"
        )

    def read(self, arrival: UploadedObject, *, at_most: int) -> bytes | None:
        content = self.objects.get(arrival.key)
        if content is None or _etag(content) != arrival.etag:
            return None
        return content[: at_most + 1]

    def discard(self, arrival: UploadedObject) -> None:
        self.objects.pop(arrival.key, None)


@dataclass
class EvidenceInMemory:
    """`Evidence`; keeping the same key again answers what is there."""

    objects: dict[str, bytes] = field(default_factory=dict)
    days: dict[str, int | None] = field(default_factory=dict)

    def keep(self, document: Document, content: bytes, *, days: int) -> str:
        self.days.setdefault(document.key, days)
        self.objects.setdefault(document.key, content)
        return f"version-of-{document.id}"

    def keep_for(self, document: Document, *, days: int | None) -> None:
        self.days[document.key] = days

    def link(self, document: Document) -> DownloadLink:
        return DownloadLink(url=f"https://clean.invalid/{document.key}", expires_at="2026-11-22T10:01:00Z")


@dataclass
class ScannerSaying:
    """`Scanner` that says what it is told to."""

    answer: ScanVerdict = ScanVerdict.CLEAN

    def verdict(self, arrival: UploadedObject) -> ScanVerdict:
        return self.answer


@dataclass
class InspectorSaying:
    """`Inspector` that finds what it is told to."""

    finding: RefusalReason | None = None

    def inspect(self, content: bytes, *, content_type: ContentType) -> RefusalReason | None:
        return self.finding


def _etag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
