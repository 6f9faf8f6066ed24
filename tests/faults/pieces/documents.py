"""Documents: declared, uploaded, inspected, kept, taken back, destroyed in the end."""

import hashlib

from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.documents.model import Document, DocumentState
from ishtirak.requests.model import Request
from local.sample_documents import pdf
from tests.faults.lives import drafted, submitted, uploaded, withdrawn
from tests.faults.work import ByClient, ByQueue, Reading, not_so
from tests.flows.drafts import a_ready_draft
from tests.flows.world import period

CONTENT = pdf("A document")
DECLARED = {
    "kind": "SUPPORTING_DOCUMENT",
    "file_name": "contract.pdf",
    "content_type": "application/pdf",
    "size": len(CONTENT),
    "sha256": hashlib.sha256(CONTENT).hexdigest(),
}


class Declaring(ByClient):
    """declare_document"""

    function = "request_upload"
    expected = 201
    body = DECLARED

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()
        draft = drafted(self.stepped, self.by)
        self.path = f"/v1/requests/{draft.id}/documents"


class _OfADraft(ByClient):
    """A call about one document of a request that is being filled in."""

    function = "request_upload"
    request: Request

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()
        self.request = a_ready_draft(self.stepped.outputs, self.by.person_id, period())
        document_id = self.request.attachments[0].id
        self.path = f"/v1/requests/{self.request.id}/documents/{document_id}"


class Removing(_OfADraft):
    """remove_document"""

    method = "DELETE"

    def prepare(self) -> None:
        super().prepare()
        self.version = self.request.version


class RenewingAForm(ByClient):
    """renew_upload"""

    function = "request_upload"
    repeatable = False

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()
        draft = drafted(self.stepped, self.by)
        path = f"/v1/requests/{draft.id}/documents"
        declared = self.stepped.asked("request_upload", "POST", path, DECLARED, by=self.by, key=draft.id)
        self.path = f"{path}/{declared.body['document_id']}/upload"


class ReadingADocument(_OfADraft, Reading):
    """read_document"""


class ReadingDocuments(_OfADraft, Reading):
    """list_documents"""

    def prepare(self) -> None:
        super().prepare()
        self.path = f"/v1/requests/{self.request.id}/documents"


class Inspecting(ByQueue):
    """An uploaded document is to be kept as evidence, once, and to leave the quarantine."""

    function = "inspect_document"
    anew = True
    document: Document

    def before_the_work(self) -> None:
        self.document = uploaded(self.stepped)
        self.stepped.arrived()

    def deviations(self) -> list[str]:
        stepped, document = self.stepped, self.document
        after = DocumentTable(stepped.outputs["RequestsTable"]).find(document.id)
        kept = stepped.versions("CleanBucket", document.key)
        return [
            *super().deviations(),
            *not_so(
                accepted=after is not None and after.state is DocumentState.CLEAN,
                kept_once=len(kept) == 1,
                what_is_kept_is_named=after is not None and [after.kept_version] == kept,
                the_quarantine_is_empty=stepped.versions("QuarantineBucket", document.key) == [],
            ),
        ]


class Retaining(ByQueue):
    """A withdrawn request's documents are to be kept for a shorter time from now."""

    function = "retain_documents"
    anew = True

    def before_the_work(self) -> None:
        self.request = submitted(self.stepped)
        self.stepped.afresh()
        withdrawn(self.stepped, self.request)
        self.stepped.work_off("relay_events")
        self.stepped.arrived()

    def deviations(self) -> list[str]:
        documents = DocumentTable(self.stepped.outputs["RequestsTable"])
        found = documents.many(one.id for one in self.request.attachments).values()
        return [
            *super().deviations(),
            *not_so(every_document_is_told=len(found) > 0 and all(one.version == 3 for one in found)),
        ]


PIECES = {
    "declare_document": Declaring,
    "renew_upload": RenewingAForm,
    "remove_document": Removing,
    "list_documents": ReadingDocuments,
    "read_document": ReadingADocument,
    "inspect_document": Inspecting,
    "retain_documents": Retaining,
}
