"""A document joins a request before a byte of it is sent: declared, attached, and a form to upload it with."""

from dataclasses import dataclass

from ishtirak.documents import rules as document_rules
from ishtirak.documents.model import ContentType, Document, DocumentKind, UploadForm
from ishtirak.documents.names import display_name
from ishtirak.documents.ports import Documents, Quarantine
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests import rules
from ishtirak.requests.model import Attachment, Request
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.read_requests import read_request


@dataclass(frozen=True)
class DeclaredDocument:
    """A document that waits for its bytes, the form to upload them with, and the request it is attached to."""

    document: Document
    upload: UploadForm
    request: Request


def declare_document(
    request_id: str,
    *,
    kind: DocumentKind,
    file_name: str,
    content_type: ContentType,
    size: int,
    sha256: str,
    by: Caller,
    requests: Requests,
    documents: Documents,
    quarantine: Quarantine,
    clock: Clock,
    transaction: Transaction,
) -> DeclaredDocument:
    """Attach a document of exactly these bytes (`size`, and `sha256` in hex) to the caller's request.

    The document and the request change together, on the request's version: of two declarations of one file at once, one
    is refused. Raises the refusals of `rules.attach`, `another_file` and `within_quota`.
    """
    request = read_request(request_id, by=by, requests=requests)
    now = clock.now()
    document = Document(
        id=new_id(),
        request_id=request_id,
        owner=by.person_id,
        kind=kind,
        file_name=display_name(file_name, content_type),
        content_type=content_type,
        size=size,
        sha256=sha256,
        declared_at=to_rfc3339(now),
    )
    declared = document_rules.declared(document, at=now)
    change = rules.attach(request, _attachment(document), by=by, at=now, policy=policy_on(today(clock)))
    attached = [attachment.sha256 for attachment in request.attachments]
    document_rules.another_file(sha256, beside=attached, refused_before=request.refused_files)
    document_rules.within_quota(size, beside=[attachment.size for attachment in request.attachments])
    result = DeclaredDocument(
        document=declared.document, upload=quarantine.receive(declared.document), request=change.after
    )
    transaction.commit(requests.save(change), documents.save(declared), result=result)
    return result


def _attachment(document: Document) -> Attachment:
    """The document as part of what the person signs."""
    return Attachment(
        id=document.id,
        kind=document.kind.value,
        name=document.file_name,
        content_type=document.content_type,
        size=document.size,
        sha256=document.sha256,
    )
