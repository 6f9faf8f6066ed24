"""A document: declared by its owner, uploaded into quarantine, then kept as evidence or refused for a reason.

The digest and the size are declared before a byte is sent and are part of what the owner signs with a code.
So the bytes kept are the bytes signed, or there is no document.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.dates import Day
from ishtirak.kernel.value import Value

SOURCE = "ishtirak.documents"
ContentType = Literal["application/pdf", "image/jpeg", "image/png"]
EXTENSIONS: dict[ContentType, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}


class DocumentKind(StrEnum):
    """نوع المستند. There is no copy of an identity card among them: a person is verified by the directory instead."""

    EMPLOYMENT_CONTRACT = "EMPLOYMENT_CONTRACT"
    ATTENDANCE_PROOF = "ATTENDANCE_PROOF"
    INSURANCE_PROOF = "INSURANCE_PROOF"
    PAYSLIP = "PAYSLIP"
    EMPLOYER_LETTER = "EMPLOYER_LETTER"
    APPOINTMENT_DECISION = "APPOINTMENT_DECISION"
    START_OF_WORK_DECISION = "START_OF_WORK_DECISION"
    END_OF_SERVICE_DECISION = "END_OF_SERVICE_DECISION"
    WAGE_STATEMENT = "WAGE_STATEMENT"
    CONTRIBUTOR_OPERATIONS_FORM = "CONTRIBUTOR_OPERATIONS_FORM"
    SUPPORTING_DOCUMENT = "SUPPORTING_DOCUMENT"


class DocumentCase(StrEnum):
    """What documents are asked for."""

    ADD = "ADD"
    AMEND = "AMEND"
    BACKDATED_CONTRACT = "BACKDATED_CONTRACT"


class KnownFact(StrEnum):
    """What the authority knows without a file: a contract authenticated on Qiwa (عقد موثّق في منصة قوى), a wage
    recorded by the Wage Protection System (أجر مرصود في نظام حماية الأجور), a service that goes on.

    Nothing here receives wages of the Wage Protection System yet, so that fact is never known.
    """

    QIWA_CONTRACT = "QIWA_CONTRACT"
    WPS_WAGE = "WPS_WAGE"
    SERVICE_CONTINUES = "SERVICE_CONTINUES"


class RequiredDocument(Value):
    """One document of a case, as the table holds it: the facts that stand in for the file or make it unnecessary."""

    kind: DocumentKind
    satisfied_by: tuple[KnownFact, ...] = ()
    not_needed_when: tuple[KnownFact, ...] = ()


class DocumentState(StrEnum):
    """Where a document stands. HELD: the malware scanner has not answered yet, so nobody may open it.

    DESTROYED is never stored: it is what a clean document is once the last day it is kept has passed.
    """

    AWAITING_UPLOAD = "AWAITING_UPLOAD"
    HELD = "HELD"
    CLEAN = "CLEAN"
    REFUSED = "REFUSED"
    REMOVED = "REMOVED"
    DESTROYED = "DESTROYED"


class RefusalReason(StrEnum):
    """Why a document was refused; each has its text for the person in the locale files."""

    SIZE_DIFFERS = "SIZE_DIFFERS"
    CONTENT_DIFFERS = "CONTENT_DIFFERS"
    TYPE_DIFFERS = "TYPE_DIFFERS"
    DAMAGED = "DAMAGED"
    ENCRYPTED = "ENCRYPTED"
    ACTIVE_CONTENT = "ACTIVE_CONTENT"
    TOO_COMPLEX = "TOO_COMPLEX"
    EXPANDS_TOO_MUCH = "EXPANDS_TOO_MUCH"
    UNKNOWN_ENCODING = "UNKNOWN_ENCODING"
    MORE_THAN_ONE_FILE = "MORE_THAN_ONE_FILE"
    MALWARE = "MALWARE"
    NOT_SCANNABLE = "NOT_SCANNABLE"


class Document(Value):
    """مستند: one file of one request. Once it is CLEAN, `kept_version` names its object in the clean bucket."""

    id: str
    request_id: str
    owner: str
    kind: DocumentKind
    file_name: str
    content_type: ContentType
    size: int
    sha256: str
    state: DocumentState = DocumentState.AWAITING_UPLOAD
    reason: RefusalReason | None = None
    kept_version: str | None = None
    keep_until: Day | None = None
    """The last day its bytes are kept; None while they are not there yet, or its request is open."""
    declared_at: str
    decided_at: str | None = None
    version: int = 1
    chain: Chain = Field(default_factory=Chain)

    @property
    def aggregate(self) -> Aggregate:
        return Aggregate(AggregateKind.DOCUMENT, self.id)

    def state_on(self, day: date) -> DocumentState:
        """Where it stands on a day, by the days and not by whether the store has got round to it."""
        clean = self.state is DocumentState.CLEAN
        return DocumentState.DESTROYED if clean and self.is_over_on(day) else self.state

    def is_over_on(self, day: date) -> bool:
        """Whether the last day its bytes are kept has passed."""
        return self.keep_until is not None and day > self.keep_until

    @property
    def key(self) -> str:
        """Where its bytes lie in either bucket; nothing a person typed is part of it."""
        return f"{self.request_id}/{self.id}"


@dataclass(frozen=True)
class DocumentChange:
    """A document as it will be, the version it replaces (None: it is new), and the event that says why."""

    document: Document
    replacing: int | None
    event: Event


@dataclass(frozen=True)
class UploadedObject:
    """An object that appeared in a bucket. `etag` pins the bytes: a later object under the key has another.

    `arrived_at` is known from whoever stored it, not from the scanner.
    """

    bucket: str
    key: str
    etag: str
    version_id: str | None = None
    arrived_at: datetime | None = None


class ScanVerdict(StrEnum):
    """What the malware scanner says of an object."""

    CLEAN = "CLEAN"
    INFECTED = "INFECTED"
    NOT_SCANNABLE = "NOT_SCANNABLE"
    PENDING = "PENDING"


class UploadForm(Value):
    """A form that may be posted, also again, until `expires_at`, with the declared bytes as its `file`."""

    url: str = Field(description="Where to POST multipart/form-data.")
    fields: dict[str, str] = Field(description="Form fields to send unchanged, before the last field `file`.")
    expires_at: str = Field(description="RFC 3339; after it the store refuses the form.")


class DownloadLink(Value):
    """A link to one document, valid for one minute; browsers download it and do not show it in place."""

    url: str = Field(description="GET without further credentials.")
    expires_at: str = Field(description="RFC 3339.")
