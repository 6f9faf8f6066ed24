"""Documents in the `Requests` table, beside the requests they belong to: one transaction covers both."""

from collections.abc import Iterable, Mapping

from ishtirak.adapters import dynamo
from ishtirak.documents.model import Change, Document, State
from ishtirak.kernel.events import Chain
from ishtirak.kernel.parts import Part

_KEYS = frozenset({"pk", "sk", "seq", "head"})


class DocumentTable:
    """`DOC#<id>`/`DOCUMENT` and, under it, the document's event items."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, document_id: str) -> Document | None:
        item = dynamo.get(self._table, f"DOC#{document_id}", "DOCUMENT")
        return _document(item) if item else None

    def many(self, ids: Iterable[str]) -> Mapping[str, Document]:
        """One consistent read each: a request has ten documents at most."""
        found = {document_id: self.find(document_id) for document_id in ids}
        return {document_id: document for document_id, document in found.items() if document}

    def states(self, ids: Iterable[str]) -> Mapping[str, State]:
        return {document_id: document.state for document_id, document in self.many(ids).items()}

    def part(self, change: Change) -> Part:
        key = f"DOC#{change.document.id}"
        item = _item(change.document)
        if change.replacing is None:
            own = dynamo.put(self._table, item, condition="attribute_not_exists(pk)")
        else:
            own = dynamo.put(
                self._table,
                item,
                condition="#version = :replacing",
                names={"#version": "version"},
                values={":replacing": change.replacing},
            )
        return own, dynamo.append(self._table, key, change.event)

    def commit(self, change: Change) -> None:
        dynamo.commit(*self.part(change))


def _item(document: Document) -> dynamo.Item:
    return {
        "pk": f"DOC#{document.id}",
        "sk": "DOCUMENT",
        **document.model_dump(mode="json", exclude={"chain"}, exclude_none=True),
        "seq": document.chain.seq,
        "head": document.chain.head,
    }


def _document(item: dynamo.Item) -> Document:
    fields = {name: value for name, value in item.items() if name not in _KEYS}
    return Document.model_validate({**fields, "chain": Chain(seq=item["seq"], head=item["head"])})
