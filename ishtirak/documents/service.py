"""Use cases of documents: declare, receive, inspect, take back, look at."""

import hashlib
import uuid
from enum import StrEnum

from ishtirak.documents import names, rules
from ishtirak.documents.model import (
    ContentType,
    Document,
    DocumentChange,
    DocumentKind,
    DocumentState,
    DownloadLink,
    RefusalReason,
    ScanVerdict,
    UploadedObject,
    UploadForm,
)
from ishtirak.documents.ports import Documents, Evidence, Inspector, Quarantine, Scanner
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.errors import ChangedMeanwhile, NotFound, Unavailable


class NotScannedYet(Unavailable):
    """The malware scanner has not answered; the arrival has to be delivered again."""

    code = "not_scanned_yet"


class DecidedMeanwhile(Unavailable):
    """Another delivery of the arrival, or the owner, was faster; delivered again, it finds that out."""

    code = "decided_meanwhile"


class InspectionOutcome(StrEnum):
    """What an arrival came to."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    UNEXPECTED = "UNEXPECTED"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    GONE = "GONE"


def declare(
    request_id: str,
    *,
    by: Caller,
    kind: DocumentKind,
    file_name: str,
    content_type: ContentType,
    size: int,
    sha256: str,
    clock: Clock,
) -> DocumentChange:
    """A new document of a request, not stored yet: it is committed together with the request it joins."""
    now = clock.now()
    document = Document(
        id=str(uuid.uuid4()),
        request_id=request_id,
        owner=by.person_id,
        kind=kind,
        file_name=names.shown(file_name, content_type),
        content_type=content_type,
        size=size,
        sha256=sha256,
        declared_at=to_rfc3339(now),
    )
    return rules.declared(document, at=now)


def receive(document: Document, *, quarantine: Quarantine) -> UploadForm:
    """A form to upload the declared bytes with, as long as they would still decide something."""
    if not rules.awaits_bytes(document):
        raise rules.DocumentDecided(state=document.state.value)
    return quarantine.receive(document)


def of_request(document_id: str, *, request_id: str, documents: Documents) -> Document:
    """A document of this request; anything else does not exist."""
    document = documents.find(document_id)
    if document is None or document.request_id != request_id or document.state is DocumentState.REMOVED:
        raise NotFound()
    return document


def take_back(document_id: str, *, request_id: str, documents: Documents, clock: Clock) -> DocumentChange:
    """The document as removed, to be committed together with the request it leaves."""
    document = of_request(document_id, request_id=request_id, documents=documents)
    return rules.removed(document, at=clock.now())


def view(document_id: str, *, documents: Documents, evidence: Evidence) -> DownloadLink:
    """A link to a clean document. Who may ask, and recording that they asked, is the caller's part."""
    document = documents.find(document_id)
    if document is None or document.state is DocumentState.REMOVED:
        raise NotFound()
    if document.state is not DocumentState.CLEAN:
        raise rules.DocumentNotClean(state=document.state.value)
    return evidence.link(document)


def inspect(
    arrival: UploadedObject,
    *,
    documents: Documents,
    quarantine: Quarantine,
    evidence: Evidence,
    scanner: Scanner,
    inspector: Inspector,
    clock: Clock,
) -> InspectionOutcome:
    """Decide what arrived: keep it as evidence or refuse it, then empty the quarantine.

    Every step can be repeated and the last one is the deletion. So an arrival that is delivered again, after a
    crash at any point or for no reason at all, ends where it would have ended the first time.
    """
    document = _expected(arrival, documents)
    if document is None:
        quarantine.discard(arrival)
        return InspectionOutcome.UNEXPECTED
    if not rules.awaits_bytes(document):
        quarantine.discard(arrival)
        return InspectionOutcome.ALREADY_DECIDED
    content = quarantine.read(arrival, at_most=rules.MAX_BYTES)
    if content is None:
        return InspectionOutcome.GONE
    reason = _not_as_declared(document, content) or inspector.inspect(
        content, content_type=document.content_type
    )
    reason = reason or _scanned(document, arrival, documents=documents, scanner=scanner, clock=clock)
    if reason:
        change = rules.refused(document, reason=reason, at=clock.now())
    else:
        change = rules.accepted(document, kept_version=evidence.keep(document, content), at=clock.now())
    _commit(change, documents)
    quarantine.discard(arrival)
    return InspectionOutcome.REFUSED if reason else InspectionOutcome.ACCEPTED


def _expected(arrival: UploadedObject, documents: Documents) -> Document | None:
    document = documents.find(arrival.key.rpartition("/")[2])
    return document if document and document.key == arrival.key else None


def _not_as_declared(document: Document, content: bytes) -> RefusalReason | None:
    """The digest was declared before the upload and is part of the seal: other bytes are another document."""
    if len(content) != document.size:
        return RefusalReason.SIZE_DIFFERS
    if hashlib.sha256(content).hexdigest() != document.sha256:
        return RefusalReason.CONTENT_DIFFERS
    return None


def _scanned(
    document: Document, arrival: UploadedObject, *, documents: Documents, scanner: Scanner, clock: Clock
) -> RefusalReason | None:
    """What the scanner has against it. While it says nothing the document is held: silence lets nothing through."""
    verdict = scanner.verdict(arrival)
    if verdict is ScanVerdict.PENDING:
        if document.state is not DocumentState.HELD:
            _commit(rules.held(document, at=clock.now()), documents)
        raise NotScannedYet()
    return {
        ScanVerdict.INFECTED: RefusalReason.MALWARE,
        ScanVerdict.NOT_SCANNABLE: RefusalReason.NOT_SCANNABLE,
    }.get(verdict)


def _commit(change: DocumentChange, documents: Documents) -> None:
    try:
        documents.commit(change)
    except ChangedMeanwhile:
        raise DecidedMeanwhile() from None
