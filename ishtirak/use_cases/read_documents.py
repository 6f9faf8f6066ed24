"""What a contributor reads of the documents of their own request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ishtirak.documents.model import Document, DocumentState
from ishtirak.documents.ports import Documents
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import NotFound
from ishtirak.requests.model import Attachment, Request
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.read_requests import read_request


@dataclass(frozen=True)
class RequestDocuments:
    """A request and its documents, in the order they were attached."""

    request: Request
    documents: Sequence[Document]


def list_documents(
    request_id: str, *, by: Caller, requests: Requests, documents: Documents
) -> RequestDocuments:
    """Every document of the caller's request."""
    request = read_request(request_id, by=by, requests=requests)
    return RequestDocuments(request, attached_documents(request.attachments, documents=documents))


def read_document(
    request_id: str, document_id: str, *, by: Caller, requests: Requests, documents: Documents
) -> Document:
    """How one document of the caller's request fares."""
    read_request(request_id, by=by, requests=requests)
    return document_of_request(document_id, request_id=request_id, documents=documents)


def document_of_request(document_id: str, *, request_id: str, documents: Documents) -> Document:
    """The document of this request, not removed; anything else is `NotFound`."""
    document = documents.find(document_id)
    if document is None or document.request_id != request_id or document.state is DocumentState.REMOVED:
        raise NotFound()
    return document


def attached_documents(attachments: Iterable[Attachment], *, documents: Documents) -> Sequence[Document]:
    """The documents that are attached, in the same order."""
    ids = [attachment.id for attachment in attachments]
    found = documents.many(ids)
    return [found[document_id] for document_id in ids if document_id in found]
