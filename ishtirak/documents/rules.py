"""Which documents a case needs, what may be attached, what becomes of a document. Pure: no clock, no store."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from ishtirak.documents.labels import label
from ishtirak.documents.model import (
    SOURCE,
    Document,
    DocumentCase,
    DocumentChange,
    DocumentKind,
    DocumentState,
    KnownFact,
    RefusalReason,
    RequiredDocument,
)
from ishtirak.documents.refusals import (
    DocumentAlreadyAttached,
    DocumentDecided,
    DocumentsNotSet,
    DocumentsTooLarge,
    DocumentTooLarge,
    FileRefusedBefore,
)
from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.dated import Entry, Table, read_table
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.insurance import Sector, System

MAX_BYTES = 10 * 1024 * 1024


MAX_BYTES_IN_ALL = 30 * 1024 * 1024


INSPECTION = "inspect_document"


_OF_THE_ARRIVAL = frozenset({RefusalReason.SIZE_DIFFERS, RefusalReason.CONTENT_DIFFERS})
"""Refusals of what arrived, not of what was declared: the right bytes may still come."""


@dataclass(frozen=True)
class Requirement:
    """One document a case needs.

    `waivable_by` are the facts that would make it unnecessary (they stand in for the file, or say there is nothing to
    prove); `satisfied_by` is the one that is known to be so, and `waived_under` where it says so, if any is.
    """

    kind: DocumentKind
    label_ar: str
    label_en: str
    satisfied_by: KnownFact | None
    waived_under: str | None
    waivable_by: tuple[KnownFact, ...]
    source: str
    assumed: bool


def required(
    system: str, *, sector: str, case: str, facts: AbstractSet[str], on: date
) -> tuple[Requirement, ...]:
    """The documents of a case as in force on a day, in the order a person is asked for them.

    `case` is ADD, AMEND or BACKDATED_CONTRACT. `facts` are what the authority knows without a file:
    QIWA_CONTRACT, WPS_WAGE, SERVICE_CONTINUES. What is waived is among them, with the fact that waives it. Every case
    the service has is answered from the first day of the table on; any other is refused: `DocumentsNotSet`.
    """
    entry = _table().find(on, system=system, sector=sector, case=case)
    if entry is None:
        raise DocumentsNotSet(system=system, sector=sector, case=case, day=on.isoformat())
    return tuple(_requirement(document, entry, facts=facts, on=on) for document in entry.value)


def to_attach(requirements: Iterable[Requirement]) -> tuple[DocumentKind, ...]:
    """The kinds the person has to attach: what nothing waives."""
    return tuple(need.kind for need in requirements if need.satisfied_by is None)


def within_quota(size: int, *, beside: Sequence[int]) -> None:
    """Raise unless a file of this size may join files of those sizes. How many is the request's policy."""
    if size > MAX_BYTES:
        raise DocumentTooLarge(limit_mib=MAX_BYTES // 2**20)
    if size + sum(beside) > MAX_BYTES_IN_ALL:
        raise DocumentsTooLarge(limit_mib=MAX_BYTES_IN_ALL // 2**20)


def another_file(sha256: str, *, beside: Iterable[str], refused_before: Iterable[str]) -> None:
    """Raise unless these bytes are none the request holds, and none that were refused in it before.

    Once its document is taken back a file may be attached again, unless it was the file itself that was refused.
    """
    if sha256 in beside:
        raise DocumentAlreadyAttached()
    if sha256 in refused_before:
        raise FileRefusedBefore()


def is_refused_file(document: Document) -> bool:
    """Whether the declared bytes themselves were refused, and not what arrived in their place."""
    return document.state is DocumentState.REFUSED and document.reason not in _OF_THE_ARRIVAL


def awaits_bytes(document: Document) -> bool:
    """Whether an upload of the declared bytes would still decide something."""
    if document.state is DocumentState.REFUSED:
        return document.reason in _OF_THE_ARRIVAL
    return document.state in (DocumentState.AWAITING_UPLOAD, DocumentState.HELD)


def require_awaiting_bytes(document: Document) -> None:
    """Raise unless an upload of the declared bytes would still decide something."""
    if not awaits_bytes(document):
        raise DocumentDecided(state=document.state.value)


def declared(document: Document, *, at: datetime) -> DocumentChange:
    """The document as its owner declares it."""
    return _changed(document, "DocumentDeclared", at=at, actor=document.owner, new=True)


def accepted(document: Document, *, kept_version: str, keep_until: date, at: datetime) -> DocumentChange:
    """The document as kept evidence, until that day at first."""
    after = _decided(
        document,
        at,
        state=DocumentState.CLEAN,
        reason=None,
        kept_version=kept_version,
        keep_until=keep_until,
    )
    return _changed(after, "DocumentAccepted", at=at, actor=INSPECTION)


def refused(document: Document, *, reason: RefusalReason, at: datetime) -> DocumentChange:
    """The document as refused, with the reason its owner is shown."""
    after = _decided(document, at, state=DocumentState.REFUSED, reason=reason)
    return _changed(after, "DocumentRefused", at=at, actor=INSPECTION)


def held(document: Document, *, at: datetime) -> DocumentChange:
    """The document as waiting for the malware scanner."""
    return _changed(_decided(document, at, state=DocumentState.HELD), "DocumentHeld", at=at, actor=INSPECTION)


def removed(document: Document, *, at: datetime) -> DocumentChange:
    """The document as taken back by its owner: what arrives for it is discarded, and nobody gets a link to it."""
    if document.state is DocumentState.REMOVED:
        raise NotFound()
    after = document.model_copy(update={"state": DocumentState.REMOVED})
    return _changed(after, "DocumentRemoved", at=at, actor=document.owner)


def retained(document: Document, *, until: date | None, at: datetime, actor: str) -> DocumentChange:
    """The document as kept until another day, or (None) for as long as its request is open."""
    return _changed(
        document.model_copy(update={"keep_until": until}), "DocumentRetentionSet", at=at, actor=actor
    )


def _decided(document: Document, at: datetime, **update: Any) -> Document:
    return document.model_copy(update={**update, "decided_at": to_rfc3339(at)})


def _changed(
    document: Document, event_type: str, *, at: datetime, actor: str, new: bool = False
) -> DocumentChange:
    """Facts and codes only: a file's name may say who somebody is, so it stays out of the event."""
    data = {
        "document_id": document.id,
        "request_id": document.request_id,
        "kind": document.kind.value,
        "state": document.state.value,
        "sha256": document.sha256,
    }
    if document.keep_until:
        data["keep_until"] = document.keep_until.isoformat()
    if document.reason:
        data["reason"] = document.reason.value
    event = next_event(
        event_type,
        source=SOURCE,
        aggregate=document.aggregate,
        chain=document.chain,
        at=at,
        actor=actor,
        data=data,
    )
    version = 1 if new else document.version + 1
    after = document.model_copy(update={"version": version, "chain": Chain.after(event)})
    return DocumentChange(document=after, replacing=None if new else document.version, event=event)


def _requirement(
    document: RequiredDocument,
    entry: Entry[tuple[RequiredDocument, ...]],
    *,
    facts: AbstractSet[str],
    on: date,
) -> Requirement:
    waivers = {
        fact: waiver
        for fact in (*document.satisfied_by, *document.not_needed_when)
        if (waiver := _waivers().find(on, fact=fact)) is not None and waiver.value
    }
    known = next((fact for fact in waivers if fact in facts), None)
    return Requirement(
        kind=document.kind,
        label_ar=label(document.kind, "ar"),
        label_en=label(document.kind, "en"),
        satisfied_by=known,
        waived_under=waivers[known].source if known else None,
        waivable_by=tuple(waivers),
        source=entry.source,
        assumed=entry.assumed,
    )


@dataclass(frozen=True, kw_only=True)
class RequiredDocuments(Table[tuple[RequiredDocument, ...]]):
    """The documents of every case through time."""

    keys: ClassVar = {"system": System, "sector": Sector, "case": DocumentCase}

    entries: tuple[Entry[tuple[RequiredDocument, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Waivers(Table[bool]):
    """Whether a fact waives the documents that may rest on it, through time."""

    keys: ClassVar = {"fact": KnownFact}

    entries: tuple[Entry[bool], ...]


@cache
def _waivers() -> Waivers:
    return read_table(Path(__file__).parent / "tables" / "waivers.json", Waivers)


@cache
def _table() -> RequiredDocuments:
    return read_table(Path(__file__).parent / "tables" / "required.json", RequiredDocuments)
