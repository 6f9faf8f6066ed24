"""What arrived in quarantine: kept as evidence or refused, and the quarantine emptied."""

import hashlib
from datetime import timedelta
from enum import StrEnum
from typing import Final

from ishtirak.documents import rules
from ishtirak.documents.limits import limits_on
from ishtirak.documents.model import (
    Document,
    DocumentChange,
    DocumentState,
    RefusalReason,
    ScanVerdict,
    UploadedObject,
)
from ishtirak.documents.ports import Documents, Evidence, Inspector, Quarantine, Scanner
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import ChangedMeanwhile, DomainError, Unavailable
from ishtirak.kernel.transaction import Transaction
from ishtirak.privacy.rules import document_kept_until, document_lifetime
from ishtirak.privacy.tables import DocumentEnd


class NotOurBucket(DomainError):
    """An event of a bucket that is not the quarantine: a wrong rule. Nothing there is touched."""

    code = "not_our_bucket"


class NotScannedYet(Unavailable):
    """The malware scanner has not answered; the arrival has to be delivered again."""

    code = "not_scanned_yet"


class ScanOverdue(NotScannedYet):
    """It has not answered for longer than the policy allows; an operator is told, and the document stays held."""

    code = "scan_overdue"


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


_REASONS: Final = {
    ScanVerdict.INFECTED: RefusalReason.MALWARE,
    ScanVerdict.NOT_SCANNABLE: RefusalReason.NOT_SCANNABLE,
}


def inspect_document(
    arrival: UploadedObject,
    *,
    bucket: str,
    documents: Documents,
    quarantine: Quarantine,
    evidence: Evidence,
    scanner: Scanner,
    inspector: Inspector,
    clock: Clock,
    transaction: Transaction,
) -> InspectionOutcome:
    """Decide what arrived in the quarantine (`bucket`): keep it as evidence or refuse it, then discard it.

    Every step can be repeated and the last one is the deletion. So an arrival that is delivered again, after a
    crash at any point or for no reason at all, ends where it would have ended the first time.
    """
    if arrival.bucket != bucket:
        raise NotOurBucket()
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
    if reason is None:
        verdict = scanner.verdict(arrival)
        if verdict is ScanVerdict.PENDING:
            _hold(document, documents=documents, clock=clock, transaction=transaction)
            raise _overdue_or_not(arrival, clock)
        reason = _REASONS.get(verdict)
    if reason:
        change = rules.refused(document, reason=reason, at=clock.now())
    else:
        change = _kept(document, content, evidence=evidence, clock=clock)
    outcome = InspectionOutcome.REFUSED if reason else InspectionOutcome.ACCEPTED
    _commit(change, documents=documents, transaction=transaction, outcome=outcome)
    quarantine.discard(arrival)
    return outcome


def _kept(document: Document, content: bytes, *, evidence: Evidence, clock: Clock) -> DocumentChange:
    """Evidence for a while: until its request is submitted, or nobody comes back to it."""
    day = today(clock)
    until = document_kept_until(DocumentEnd.UNSUBMITTED, kind=document.kind, on=day)
    version = evidence.keep(document, content, days=document_lifetime(day, until=until))
    return rules.accepted(document, kept_version=version, keep_until=until, at=clock.now())


def _expected(arrival: UploadedObject, documents: Documents) -> Document | None:
    document = documents.find(arrival.key.rpartition("/")[2])
    return document if document and document.key == arrival.key else None


def _not_as_declared(document: Document, content: bytes) -> RefusalReason | None:
    """The digest was declared before the upload and is part of what is signed: other bytes are another document."""
    if len(content) != document.size:
        return RefusalReason.SIZE_DIFFERS
    if hashlib.sha256(content).hexdigest() != document.sha256:
        return RefusalReason.CONTENT_DIFFERS
    return None


def _hold(document: Document, *, documents: Documents, clock: Clock, transaction: Transaction) -> None:
    """While the scanner says nothing the document is held: silence lets nothing through."""
    if document.state is not DocumentState.HELD:
        _commit(rules.held(document, at=clock.now()), documents=documents, transaction=transaction)


def _overdue_or_not(arrival: UploadedObject, clock: Clock) -> NotScannedYet:
    allowed = timedelta(minutes=limits_on(today(clock)).scan_overdue_minutes)
    late = arrival.arrived_at is not None and clock.now() - arrival.arrived_at >= allowed
    return ScanOverdue() if late else NotScannedYet()


def _commit(
    change: DocumentChange,
    *,
    documents: Documents,
    transaction: Transaction,
    outcome: InspectionOutcome | None = None,
) -> None:
    try:
        transaction.commit(documents.save(change), result=outcome)
    except ChangedMeanwhile:
        raise DecidedMeanwhile() from None
