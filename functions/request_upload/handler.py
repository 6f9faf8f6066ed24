"""A contributor's documents: declare one and get a form to upload it with, see how it fares, take it back.

The file itself never passes through here: the form lets the browser post it to the quarantine bucket.
"""

from functions.request_upload.model import (
    DocumentList,
    DocumentView,
    NewDocument,
    NewUpload,
    list_of,
    view_of,
)
from functions.request_upload.settings import Settings
from ishtirak.adapters.aws.document_store import QuarantineBucket
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.documents import service as documents_service
from ishtirak.documents.model import Document, UploadForm
from ishtirak.documents.rules import within_quota
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.caller import Role
from ishtirak.kernel.clock import Clock
from ishtirak.requests import rules, service
from ishtirak.requests.model import Attachment, Request
from ishtirak.requests.policy import policy

CONTRIBUTOR = (Role.CONTRIBUTOR,)
DOCUMENTS = "/v1/requests/<request_id>/documents"
DOCUMENT = f"{DOCUMENTS}/<document_id>"


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    requests = RequestTable(settings.requests_table)
    documents = DocumentTable(settings.requests_table)
    quarantine = QuarantineBucket(settings.quarantine_bucket, key_arn=settings.data_key_arn)
    api = Api(
        "request_upload",
        clock=time,
        onces=IdempotencyTable(settings.requests_table),
        origins=settings.web_origins,
    )

    def attached(request: Request) -> list[Document]:
        found = documents.many(attachment.id for attachment in request.attachments)
        return [found[attachment.id] for attachment in request.attachments if attachment.id in found]

    @api.post(
        DOCUMENTS,
        summary="Declare a document and get a form to upload it with",
        takes=NewDocument,
        gives=NewUpload,
        roles=CONTRIBUTOR,
        status=201,
    )
    def declare_document(call: Call[NewDocument], request_id: str) -> Reply[NewUpload]:
        request = service.own(request_id, by=call.caller, requests=requests)
        declared = documents_service.declare(request_id, by=call.caller, clock=time, **dict(call.body))
        document = declared.document
        change = rules.attach(request, _attachment(document), by=call.caller, at=time.now(), policy=policy())
        within_quota(document.size, beside=[attachment.size for attachment in request.attachments])
        answer = NewUpload(document_id=document.id, state=document.state, upload=quarantine.receive(document))
        location = f"/v1/requests/{request_id}/documents/{document.id}"
        reply = Reply(answer, etag=change.after.version, location=location)
        requests.commit(change, once=call.once, reply=reply, alongside=documents.part(declared))
        return reply

    @api.post(
        f"{DOCUMENT}/upload",
        summary="Get a fresh upload form",
        gives=UploadForm,
        roles=CONTRIBUTOR,
        once=False,
        refusals=(409,),
    )
    def renew_upload(call: Call[None], request_id: str, document_id: str) -> Reply[UploadForm]:
        request = service.own(request_id, by=call.caller, requests=requests)
        rules.require_editable(request, by=call.caller)
        document = documents_service.of_request(document_id, request_id=request_id, documents=documents)
        return Reply(documents_service.receive(document, quarantine=quarantine))

    @api.get(DOCUMENTS, summary="The documents of a request", gives=DocumentList, roles=CONTRIBUTOR)
    def list_documents(call: Call[None], request_id: str) -> Reply[DocumentList]:
        request = service.own(request_id, by=call.caller, requests=requests)
        return Reply(list_of(attached(request), language=call.language), etag=request.version)

    @api.get(DOCUMENT, summary="How a document fares", gives=DocumentView, roles=CONTRIBUTOR)
    def read_document(call: Call[None], request_id: str, document_id: str) -> Reply[DocumentView]:
        service.own(request_id, by=call.caller, requests=requests)
        document = documents_service.of_request(document_id, request_id=request_id, documents=documents)
        return Reply(view_of(document, language=call.language), etag=document.version)

    @api.delete(DOCUMENT, summary="Take a document back", gives=DocumentList, roles=CONTRIBUTOR)
    def remove_document(call: Call[None], request_id: str, document_id: str) -> Reply[DocumentList]:
        request = service.own(request_id, by=call.caller, requests=requests)
        rules.require_version(request, since=call.replacing)
        change = rules.detach(request, document_id, by=call.caller, at=time.now())
        removed = documents_service.take_back(
            document_id, request_id=request_id, documents=documents, clock=time
        )
        requests.commit(change, alongside=documents.part(removed))
        return Reply(list_of(attached(change.after), language=call.language), etag=change.after.version)

    return api


def _attachment(document: Document) -> Attachment:
    """The document as the request seals it."""
    return Attachment(
        id=document.id,
        kind=document.kind.value,
        name=document.file_name,
        content_type=document.content_type,
        size=document.size,
        sha256=document.sha256,
    )
