"""Documents in the `Requests` table, beside the requests they belong to: one transaction covers both."""

from collections.abc import Iterable, Mapping
from datetime import date

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.documents.model import Document, DocumentChange, DocumentState
from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.kernel.transaction import Items


class DocumentTable:
    """The `Documents` port on the table of requests."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, document_id: str) -> Document | None:
        item = event_log.read_state(self._table, Aggregate(AggregateKind.DOCUMENT, document_id))
        return Document.model_validate_json(item["body"]) if item else None

    def many(self, ids: Iterable[str]) -> Mapping[str, Document]:
        """One consistent read each: a request has ten documents at most."""
        found = {document_id: self.find(document_id) for document_id in ids}
        return {document_id: document for document_id, document in found.items() if document}

    def states(self, ids: Iterable[str], *, on: date) -> Mapping[str, DocumentState]:
        return {document_id: document.state_on(on) for document_id, document in self.many(ids).items()}

    def save(self, change: DocumentChange) -> Items:
        document = change.document
        item = event_log.state_item(
            document.aggregate,
            chain=document.chain,
            version=document.version,
            body=document.model_dump_json(),
        )
        stored = dynamo.replace(self._table, item, counter="version", before=change.replacing or 0)
        return stored, *event_log.append(self._table, change.event)
