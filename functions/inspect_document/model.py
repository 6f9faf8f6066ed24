"""What inspect_document reads: the events of S3 and of GuardDuty, as EventBridge carries them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ishtirak.documents.model import UploadedObject


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

    def arrival(self, *, told_at: datetime | None) -> UploadedObject:
        return UploadedObject(
            arrived_at=told_at,
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

    def arrival(self, *, told_at: datetime | None) -> UploadedObject:
        return UploadedObject(**self.scanned.model_dump())


_DETAILS: Mapping[str, type[ObjectCreated | ScanResult]] = {
    "Object Created": ObjectCreated,
    "GuardDuty Malware Protection Object Scan Result": ScanResult,
}


def arrival_in(body: str) -> Mapping[str, UploadedObject]:
    """The argument `arrival`: the object a message of the queue is about."""
    event = json.loads(body)
    detail = _DETAILS[event["detail-type"]].model_validate(event["detail"])
    told_at = datetime.fromisoformat(event["time"]) if "time" in event else None
    return {"arrival": detail.arrival(told_at=told_at)}
