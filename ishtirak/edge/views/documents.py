"""A document as its owner sees it: codes for programs, texts for people, in their language."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from ishtirak.documents.labels import label
from ishtirak.documents.model import ContentType, Document, DocumentKind, DocumentState, RefusalReason
from ishtirak.documents.rules import MAX_BYTES_IN_ALL, awaits_bytes
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.texts import text
from ishtirak.kernel.value import Value


class DocumentView(Value):
    """A document as its owner sees it."""

    id: str
    kind: DocumentKind
    label: str = Field(description="The kind in the person's language")
    file_name: Annotated[str, FieldGroup.DOCUMENTS]
    content_type: ContentType
    size: int
    sha256: Annotated[str, FieldGroup.DOCUMENTS]
    state: DocumentState
    state_text: str = Field(description="The state in the person's language")
    reason: RefusalReason | None = Field(description="Why it was refused, if it was")
    reason_text: str | None = Field(
        description="Why it is refused or held, and what to do, in the person's language"
    )
    awaits_upload: bool = Field(description="Whether a fresh upload form can be had")
    keep_until: date | None = Field(
        description="The last day it is kept; null while it is not there yet or its request is open"
    )
    declared_at: str = Field(description="UTC")
    decided_at: str | None = Field(description="UTC")


class DocumentList(Value):
    """The documents of a request, in the order they were attached."""

    documents: Annotated[list[DocumentView], FieldGroup.DOCUMENTS]
    size_in_all: int = Field(description="Bytes of all files together")
    size_limit: int = Field(description="Bytes all files together may have")


def view_of(document: Document, *, language: str) -> DocumentView:
    return DocumentView(
        **document.model_dump(
            include={
                "id",
                "kind",
                "file_name",
                "content_type",
                "size",
                "sha256",
                "state",
                "reason",
                "keep_until",
                "declared_at",
                "decided_at",
            }
        ),
        label=label(document.kind, language),
        state_text=text(language, "document_states", document.state.value),
        reason_text=_reason_text(document, language=language),
        awaits_upload=awaits_bytes(document),
    )


def _reason_text(document: Document, *, language: str) -> str | None:
    if document.state is DocumentState.HELD:
        return text(language, "document_waits", document.state.value)
    return text(language, "document_reasons", document.reason.value) if document.reason else None


def list_of(documents: Iterable[Document], *, language: str) -> DocumentList:
    views = [view_of(document, language=language) for document in documents]
    return DocumentList(
        documents=views, size_in_all=sum(view.size for view in views), size_limit=MAX_BYTES_IN_ALL
    )
