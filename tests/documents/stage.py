"""The cloud as documents need it: the table, the key and the two buckets, in memory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

from ishtirak.adapters import clients

REGION = "me-central-1"
TABLE = "Requests"
QUARANTINE = "quarantine-of-the-test"
CLEAN = "clean-of-the-test"
KEY = f"arn:aws:kms:{REGION}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

_KEEP_CREDENTIALS: Any = {"core": {"mock_credentials": False}}


@dataclass(frozen=True)
class Stage:
    """Names of what there is, and the S3 client to look at what is stored."""

    key_arn: str
    s3: Any

    def upload(self, key: str, content: bytes, *, tag: str | None = "NO_THREATS_FOUND") -> dict[str, Any]:
        """Put an object into quarantine as the presigned form would, scanned already; the event S3 sends of it."""
        tagging = {"Tagging": f"GuardDutyMalwareScanStatus={tag}"} if tag else {}
        put = self.s3.put_object(Bucket=QUARANTINE, Key=key, Body=content, **tagging)
        return object_created(key, etag=put["ETag"].strip('"'), size=len(content))

    def keys(self, bucket: str) -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def object_created(key: str, *, etag: str, size: int, bucket: str = QUARANTINE) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {"key": key, "size": size, "etag": etag, "sequencer": "00617F08299329D189"},
            "reason": "PostObject",
        },
    }


@contextmanager
def stage() -> Iterator[Stage]:
    """Everything set up, and every client made afresh."""
    import boto3
    from moto import mock_aws

    surroundings = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    with patch.dict(os.environ, surroundings), mock_aws(config=_KEEP_CREDENTIALS):
        clients.client.cache_clear()
        boto3.DEFAULT_SESSION = _session()
        place = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
        s3 = clients.client("s3")
        s3.create_bucket(Bucket=QUARANTINE, **place)
        s3.create_bucket(Bucket=CLEAN, ObjectLockEnabledForBucket=True, **place)
        _make_table(clients.client("dynamodb"))
        yield Stage(key_arn=KEY, s3=s3)
        clients.client.cache_clear()


@cache
def _session() -> Any:
    """One for all tests: it remembers the descriptions of the services, which take a tenth of a second to read."""
    import boto3

    return boto3.Session()


def _make_table(dynamodb: Any) -> None:
    names = ("pk", "sk", "owner", "updated_at", "desk", "due_at")
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_owner",
                "KeySchema": _keys("owner", "updated_at"),
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "by_desk",
                "KeySchema": _keys("desk", "due_at"),
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    )


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
