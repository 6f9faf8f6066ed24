"""What an officer opens documents with, under the names the use case takes it by."""

from typing import Protocol, TypedDict

from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.evidence_bucket import EvidenceBucket
from ishtirak.kernel.clock import Clock


class EvidencePorts(TypedDict):
    """To be bound to a use case with `**`."""

    documents: DocumentTable
    evidence: EvidenceBucket


class EvidenceSettings(Protocol):
    """What a function that opens documents is told."""

    @property
    def requests_table(self) -> str: ...
    @property
    def clean_bucket(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...


def evidence_ports(settings: EvidenceSettings, *, clock: Clock) -> EvidencePorts:
    """Where documents are, and the bucket the kept ones are in."""
    return EvidencePorts(
        documents=DocumentTable(settings.requests_table),
        evidence=EvidenceBucket(settings.clean_bucket, key_arn=settings.data_key_arn, clock=clock),
    )
