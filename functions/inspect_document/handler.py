"""What arrived in quarantine: inspect it, keep it as evidence or refuse it, and empty the quarantine."""

from functools import partial

from functions.inspect_document import model
from functions.inspect_document.settings import Settings
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.evidence_bucket import EvidenceBucket
from ishtirak.adapters.aws.quarantine_bucket import QuarantineBucket
from ishtirak.adapters.aws.scanner import ScannerTag
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.document_sandbox import Sandbox
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.documents.ports import Inspector
from ishtirak.edge.queue import Consumer, consumer
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.inspect_document import ScanOverdue, inspect_document


def build(settings: Settings, *, clock: Clock | None = None, inspector: Inspector | None = None) -> Consumer:
    clock = clock or SystemClock()
    inspect = partial(
        inspect_document,
        bucket=settings.quarantine_bucket,
        documents=DocumentTable(settings.requests_table),
        quarantine=QuarantineBucket(settings.quarantine_bucket, key_arn=settings.data_key_arn),
        evidence=EvidenceBucket(settings.clean_bucket, key_arn=settings.data_key_arn, clock=clock),
        scanner=ScannerTag(),
        inspector=inspector or Sandbox(clock=clock),
        clock=clock,
        transaction=DynamoTransaction(),
    )
    return consumer(inspect, reads=model.arrival_in, log_fields=lambda arguments: {}, alarms=(ScanOverdue,))
