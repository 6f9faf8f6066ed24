"""Saying until when documents are kept: while their request is open, and then for as long as its end asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

from ishtirak.documents import rules
from ishtirak.documents.model import Document, DocumentState
from ishtirak.documents.ports import Documents, Retention
from ishtirak.eventlog.aggregate import AggregateKind
from ishtirak.eventlog.event import PublishedEvent
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.privacy.rules import document_kept_until, document_lifetime
from ishtirak.privacy.tables import DocumentEnd
from ishtirak.requests.model import RequestState
from ishtirak.requests.ports import Requests
from ishtirak.requests.rules import day_of

ACTOR: Final = "retain_documents"
_ENDS: Final[Mapping[RequestState, DocumentEnd]] = {
    RequestState.BILLED: DocumentEnd.BILLED,
    RequestState.REJECTED: DocumentEnd.REJECTED,
    RequestState.WITHDRAWN: DocumentEnd.WITHDRAWN,
    RequestState.EXPIRED: DocumentEnd.EXPIRED,
}


def retain_documents(
    *,
    event: PublishedEvent,
    requests: Requests,
    documents: Documents,
    retention: Retention,
    clock: Clock,
    transaction: Transaction,
) -> int:
    """How many documents are from now on kept for another time than before.

    What counts is the request as it is, not which event of it came, so events may come late, twice and in any order.
    The store is told before the document says so; told again, it does the same again.
    """

    def retain(wanted: "_Wanted") -> bool:
        document = documents.find(wanted.document_id)
        if document is None or document.kept_version is None or document.keep_until == wanted.until(document):
            return False
        until = wanted.until(document)
        retention.keep_for(document, days=_lifetime(document, until=until))
        change = rules.retained(document, until=until, at=clock.now(), actor=ACTOR)
        transaction.commit(documents.save(change), result=True)
        return True

    wanted = list(_wanted(event, requests=requests))
    return sum(retry_on_conflict(partial(retain, one)) for one in wanted)


@dataclass(frozen=True)
class _Wanted:
    """One document, and what its purpose ended by on which day; no end while the request is open."""

    document_id: str
    end: DocumentEnd | None
    on: date

    def until(self, document: Document) -> date | None:
        """The last day it is kept. A removed document's purpose ended with its removal, whatever the request does."""
        end = DocumentEnd.REMOVED if document.state is DocumentState.REMOVED else self.end
        return None if end is None else document_kept_until(end, kind=document.kind, on=self.on)


def _wanted(event: PublishedEvent, *, requests: Requests) -> Iterator[_Wanted]:
    """The documents an event is about: a removed one, or all that are attached to a request."""
    if event.aggregate.kind is AggregateKind.DOCUMENT:
        yield _Wanted(event.aggregate.key, DocumentEnd.REMOVED, _day(event.at))
        return
    request = requests.get(event.aggregate.key)
    if request.state is RequestState.DRAFT:
        return
    for attachment in request.attachments:
        yield _Wanted(attachment.id, _ENDS.get(request.state), _day(request.updated_at))


def _lifetime(document: Document, *, until: date | None) -> int | None:
    """What the store is told: days from when it was kept."""
    if until is None:
        return None
    return document_lifetime(_day(document.decided_at or document.declared_at), until=until)


def _day(moment: str) -> date:
    return day_of(datetime.fromisoformat(moment))
