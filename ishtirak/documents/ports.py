"""What documents ask of the outside."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

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
from ishtirak.kernel.transaction import Items


class Documents(Protocol):
    """Documents and their event chains."""

    def find(self, document_id: str) -> Document | None:
        """The document as it is now, removed ones included."""

    def many(self, ids: Iterable[str]) -> Mapping[str, Document]:
        """Those of the named documents that exist, by id."""

    def states(self, ids: Iterable[str], *, on: date) -> Mapping[str, DocumentState]:
        """The state on a day of each named document that exists."""

    def save(self, change: DocumentChange) -> Items:
        """The writes of a change and its event; `ChangedMeanwhile` when another came first."""


class Quarantine(Protocol):
    """Where uploads arrive and from where nobody but the inspection reads."""

    def receive(self, document: Document) -> UploadForm:
        """A form that stores the declared bytes under the document's key, and nothing else anywhere."""

    def read(self, arrival: UploadedObject, *, at_most: int) -> bytes | None:
        """The object's bytes, cut off one byte after `at_most`. None when it is gone or was replaced."""

    def discard(self, arrival: UploadedObject) -> None:
        """Delete what lies under the arrival's key. Deleting what is gone is no error."""


class Retention(Protocol):
    """How long the clean bucket keeps a document."""

    def keep_for(self, document: Document, *, days: int | None) -> None:
        """Destroy the kept version so many days after it was kept; None keeps it until said otherwise."""


class Evidence(Protocol):
    """The clean bucket: what is kept there cannot be rewritten, and is destroyed when its time is over."""

    def keep(self, document: Document, content: bytes, *, days: int) -> str:
        """Keep these bytes under the document's key, for so many days at first, and answer their version.

        Keeping the same document again answers the version that is there.
        """

    def link(self, document: Document) -> DownloadLink:
        """A link to the kept version that downloads under a name of ours."""


class Scanner(Protocol):
    """The malware engine, an outside service that looks at every object of the quarantine by itself."""

    def verdict(self, arrival: UploadedObject) -> ScanVerdict:
        """What it says so far; PENDING whenever it is not certain."""


class Inspector(Protocol):
    """The parsers. Nothing a file holds can harm who asks: it is opened in a process of its own."""

    def inspect(self, content: bytes, *, content_type: ContentType) -> RefusalReason | None:
        """Why the content is not acceptable, or None."""
