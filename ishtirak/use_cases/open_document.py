"""Opening a document of a submitted request."""

from ishtirak.documents.model import DocumentState, DownloadLink
from ishtirak.documents.ports import Documents, Evidence
from ishtirak.documents.refusals import DocumentDestroyed, DocumentNotClean
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import NotFound
from ishtirak.requests.ports import Requests


def open_document(
    request_id: str,
    document_id: str,
    *,
    by: Caller,
    requests: Requests,
    documents: Documents,
    evidence: Evidence,
    clock: Clock,
) -> DownloadLink:
    """A link to a clean document of the request, for a minute.

    Raises `NotFound` for a draft and for a document of another request, `DocumentNotClean` for one that is not clean,
    `DocumentDestroyed` after the last day it was kept.
    """
    request = requests.submitted(request_id)
    by.require_authority(request.owner)
    if document_id not in {attachment.id for attachment in request.attachments}:
        raise NotFound()
    document = documents.find(document_id)
    if document is None or document.state is DocumentState.REMOVED:
        raise NotFound()
    state = document.state_on(today(clock))
    if state is DocumentState.DESTROYED:
        raise DocumentDestroyed(kept_until=str(document.keep_until))
    if state is not DocumentState.CLEAN:
        raise DocumentNotClean(state=document.state.value)
    return evidence.link(document)
