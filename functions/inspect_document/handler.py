"""What arrived in quarantine: inspect it, keep it as evidence or refuse it, and empty the quarantine."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from functions.inspect_document.settings import Settings
from ishtirak.adapters.aws.document_store import EvidenceBucket, NoScanner, QuarantineBucket, ScannerTag
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.document_sandbox import Sandbox
from ishtirak.documents import service
from ishtirak.documents.model import UploadedObject
from ishtirak.documents.ports import Inspector
from ishtirak.edge.logs import logger
from ishtirak.edge.queue import queue
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import DomainError


class NotOurBucket(DomainError):
    """An event of a bucket that is not the quarantine: a wrong rule. Nothing there is touched."""

    code = "not_our_bucket"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Bucket(_Part):
    name: str


class _Object(_Part):
    key: str
    etag: str
    version_id: str | None = Field(default=None, alias="version-id")


class ObjectCreated(_Part):
    """The detail of S3's event as EventBridge carries it."""

    bucket: _Bucket
    object: _Object

    def arrival(self) -> UploadedObject:
        return UploadedObject(
            bucket=self.bucket.name,
            key=self.object.key,
            etag=self.object.etag,
            version_id=self.object.version_id,
        )


class _ScannedObject(_Part):
    bucket: str = Field(alias="bucketName")
    key: str = Field(alias="objectKey")
    etag: str = Field(alias="eTag")
    version_id: str | None = Field(default=None, alias="versionId")

    @field_validator("version_id", mode="before")
    @classmethod
    def _only_of_versioned_buckets(cls, version: Any) -> Any:
        """S3 calls the one version of an unversioned object `null`; naming it would need another permission."""
        return None if version == "null" else version


class ScanResult(_Part):
    """The detail of GuardDuty's event. It only says that there is a verdict: the object's tag says which."""

    scanned: _ScannedObject = Field(alias="s3ObjectDetails")

    def arrival(self) -> UploadedObject:
        return UploadedObject(**self.scanned.model_dump())


_DETAILS: Mapping[str, type[ObjectCreated | ScanResult]] = {
    "Object Created": ObjectCreated,
    "GuardDuty Malware Protection Object Scan Result": ScanResult,
}


def arrival_of(body: str) -> UploadedObject:
    """The object a message of the queue is about."""
    event = json.loads(body)
    return _DETAILS[event["detail-type"]].model_validate(event["detail"]).arrival()


def build(
    settings: Settings, *, clock: Clock | None = None, inspector: Inspector | None = None
) -> Callable[[dict[str, Any], Any], Mapping[str, Any]]:
    time = clock or SystemClock()
    documents = DocumentTable(settings.requests_table)
    quarantine = QuarantineBucket(settings.quarantine_bucket, key_arn=settings.data_key_arn)
    evidence = EvidenceBucket(settings.clean_bucket, key_arn=settings.data_key_arn, clock=time)
    scanner = ScannerTag() if settings.malware_scan == "tag" else NoScanner()
    parsers = inspector or Sandbox()

    def inspect(body: str) -> None:
        arrival = arrival_of(body)
        if arrival.bucket != settings.quarantine_bucket:
            raise NotOurBucket()
        outcome = service.inspect(
            arrival,
            documents=documents,
            quarantine=quarantine,
            evidence=evidence,
            scanner=scanner,
            inspector=parsers,
            clock=time,
        )
        level = logger.warning if outcome is service.InspectionOutcome.UNEXPECTED else logger.info
        level("inspected", extra={"code": f"document_{outcome.value.lower()}"})

    return queue(inspect)
