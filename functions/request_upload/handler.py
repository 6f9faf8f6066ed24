"""A contributor's documents: declare one and get a form to upload it with, see how it fares, take it back.

The file itself never passes through here: the form lets the browser post it to the quarantine bucket.
"""

from functools import partial

from functions.request_upload import model
from functions.request_upload.settings import Settings
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.quarantine_bucket import QuarantineBucket
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.declare_document import declare_document
from ishtirak.use_cases.read_documents import list_documents, read_document
from ishtirak.use_cases.remove_document import remove_document
from ishtirak.use_cases.renew_upload import renew_upload
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock = clock or SystemClock()
    requests, documents = RequestTable(settings.requests_table), DocumentTable(settings.requests_table)
    quarantine = QuarantineBucket(settings.quarantine_bucket, key_arn=settings.data_key_arn)
    declare = partial(
        declare_document, requests=requests, documents=documents, quarantine=quarantine, clock=clock
    )
    renew = partial(renew_upload, requests=requests, documents=documents, quarantine=quarantine)
    list_all = partial(list_documents, requests=requests, documents=documents)
    read = partial(read_document, requests=requests, documents=documents)
    remove = partial(remove_document, requests=requests, documents=documents, clock=clock)
    api = writing_api("request_upload", settings, table=settings.requests_table, clock=clock)
    api.add(model.DECLARE_DOCUMENT, declare, model.new_upload)
    api.add(model.RENEW_UPLOAD, renew, model.upload_form)
    api.add(model.LIST_DOCUMENTS, list_all, model.document_list)
    api.add(model.READ_DOCUMENT, read, model.document_view)
    api.add(model.REMOVE_DOCUMENT, remove, model.document_list)
    return api
