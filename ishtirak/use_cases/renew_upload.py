"""A fresh upload form for a document that still waits for its bytes: a form expires, a connection breaks."""

from ishtirak.documents.model import UploadForm
from ishtirak.documents.ports import Documents, Quarantine
from ishtirak.documents.rules import require_awaiting_bytes
from ishtirak.kernel.caller import Caller
from ishtirak.requests import rules
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.read_documents import document_of_request
from ishtirak.use_cases.read_requests import read_request


def renew_upload(
    request_id: str,
    document_id: str,
    *,
    by: Caller,
    requests: Requests,
    documents: Documents,
    quarantine: Quarantine,
) -> UploadForm:
    """A form for the declared bytes, as long as they would still decide something (else `DocumentDecided`)."""
    request = read_request(request_id, by=by, requests=requests)
    rules.require_editable(request, by=by)
    document = document_of_request(document_id, request_id=request_id, documents=documents)
    require_awaiting_bytes(document)
    return quarantine.receive(document)
