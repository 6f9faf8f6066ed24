"""An officer opens a document of a case."""

from ishtirak.documents.model import DownloadLink
from ishtirak.documents.ports import Documents, Evidence
from ishtirak.documents.rules import require_clean
from ishtirak.kernel.errors import NotFound
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.read_documents import document_of_request


def open_document(
    request_id: str, document_id: str, *, requests: Requests, documents: Documents, evidence: Evidence
) -> DownloadLink:
    """A link to a document attached to a submitted request; `DocumentNotClean` unless it passed the inspection."""
    request = requests.submitted(request_id)
    if document_id not in {attachment.id for attachment in request.attachments}:
        raise NotFound()
    document = document_of_request(document_id, request_id=request_id, documents=documents)
    require_clean(document)
    return evidence.link(document)
