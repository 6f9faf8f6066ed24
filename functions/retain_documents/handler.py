"""Queue of events that begin or end the purpose of documents: says until when each is kept."""

from functools import partial

from functions.retain_documents import model
from functions.retain_documents.settings import Settings
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.aws.retention_bucket import RetentionBucket
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.queue import Consumer, consumer, event_facts
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.retain_documents import retain_documents


def build(settings: Settings, *, clock: Clock | None = None) -> Consumer:
    retain = partial(
        retain_documents,
        requests=RequestTable(settings.requests_table),
        documents=DocumentTable(settings.requests_table),
        retention=RetentionBucket(settings.clean_bucket),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
    )
    return consumer(retain, reads=model.purpose_event, log_fields=event_facts)
