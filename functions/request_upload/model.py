"""What request_upload takes and gives."""

from typing import Annotated, Any, Final

from pydantic import Field

from ishtirak.documents.model import (
    ContentType,
    Document,
    DocumentKind,
    DocumentState,
    UploadForm,
)
from ishtirak.documents.rules import MAX_BYTES, MAX_BYTES_IN_ALL
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import delete, get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.views.documents import DocumentList, DocumentView, list_of, view_of
from ishtirak.kernel.text import FILE_NAME
from ishtirak.kernel.value import Value
from ishtirak.use_cases.declare_document import DeclaredDocument
from ishtirak.use_cases.read_documents import RequestDocuments

_DOCUMENTS: Final = "/v1/requests/<request_id>/documents"
_DOCUMENT: Final = f"{_DOCUMENTS}/<document_id>"


class NewDocument(Value):
    """A file a person is about to upload. Its size and digest are declared first and signed with the request."""

    kind: DocumentKind = Field(description="Which of the documents of the case it is")
    file_name: Annotated[str, FILE_NAME] = Field(description="What the person calls it; only ever shown")
    content_type: ContentType = Field(description="PDF, JPEG or PNG")
    size: int = Field(
        ge=1, description=f"Bytes, at most {MAX_BYTES}; all files of a request at most {MAX_BYTES_IN_ALL}"
    )
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the bytes, lower-case hexadecimal")


class NewUpload(Value):
    """A document that now waits for its bytes."""

    document_id: str
    state: DocumentState
    upload: Annotated[UploadForm, FieldGroup.DOCUMENTS] = Field(
        description="A multipart/form-data POST; all fields first, then `file`"
    )


DECLARE_DOCUMENT = post(
    _DOCUMENTS,
    summary="Declare a document and get a form to upload it with",
    takes=NewDocument,
    gives=NewUpload,
    status=201,
)
RENEW_UPLOAD = post(
    f"{_DOCUMENT}/upload",
    summary="Get a fresh upload form",
    gives=UploadForm,
    idempotent=False,
    refusals=(409,),
)
LIST_DOCUMENTS = get(_DOCUMENTS, summary="The documents of a request", gives=DocumentList)
READ_DOCUMENT = get(_DOCUMENT, summary="How a document fares", gives=DocumentView)
REMOVE_DOCUMENT = delete(_DOCUMENT, summary="Take a document back", gives=DocumentList)


def new_upload(declared: DeclaredDocument, call: Call[Any]) -> Reply[NewUpload]:
    """The form, and where the document is found."""
    document, request = declared.document, declared.request
    body = NewUpload(document_id=document.id, state=document.state, upload=declared.upload)
    location = f"/v1/requests/{request.id}/documents/{document.id}"
    return Reply(body, etag=request.version, location=location)


def upload_form(form: UploadForm, call: Call[Any]) -> Reply[UploadForm]:
    """The form as it is."""
    return Reply(form)


def document_list(found: RequestDocuments, call: Call[Any]) -> Reply[DocumentList]:
    """The documents; the ETag is the version of their request."""
    return Reply(list_of(found.documents, language=call.language), etag=found.request.version)


def document_view(document: Document, call: Call[Any]) -> Reply[DocumentView]:
    """The document; the ETag is its own version."""
    return Reply(view_of(document, language=call.language), etag=document.version)
