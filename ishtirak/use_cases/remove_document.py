"""A contributor takes a document back from their request."""

from ishtirak.documents import rules as document_rules
from ishtirak.documents.ports import Documents
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.read_documents import RequestDocuments, attached_documents, document_of_request
from ishtirak.use_cases.read_requests import read_request


def remove_document(
    request_id: str,
    document_id: str,
    *,
    expected_version: int,
    by: Caller,
    requests: Requests,
    documents: Documents,
    clock: Clock,
    transaction: Transaction,
) -> RequestDocuments:
    """Remove the document and detach it from the request, together; the documents that are left."""
    request = read_request(request_id, by=by, requests=requests)
    rules.require_version(request, since=expected_version)
    now = clock.now()
    rules.require_editable(request, by=by)
    document = document_of_request(document_id, request_id=request_id, documents=documents)
    refused_file = document.sha256 if document_rules.is_refused_file(document) else None
    change = rules.detach(request, document_id, by=by, at=now, refused_file=refused_file)
    removed = document_rules.removed(document, at=now)
    left = RequestDocuments(change.after, attached_documents(change.after.attachments, documents=documents))
    transaction.commit(requests.save(change), documents.save(removed), result=left)
    return left
