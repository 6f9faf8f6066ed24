"""Documents in S3: the quarantine they arrive in, the scanner's tags, the clean bucket they are kept in."""

import base64
import json
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

from botocore.exceptions import ClientError

from ishtirak.adapters.clients import client
from ishtirak.documents.model import Document, DownloadLink, ScanVerdict, UploadedObject, UploadForm
from ishtirak.documents.names import download_names
from ishtirak.documents.ports import Scanner
from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.errors import Unavailable

UPLOAD_FOR = timedelta(minutes=5)
LINK_FOR = timedelta(minutes=1)
SCAN_TAG = "GuardDutyMalwareScanStatus"

_VERDICTS = {
    "NO_THREATS_FOUND": ScanVerdict.CLEAN,
    "THREATS_FOUND": ScanVerdict.INFECTED,
    "UNSUPPORTED": ScanVerdict.NOT_SCANNABLE,
}
_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "404", "412"})


class QuarantineBucket:
    """`Quarantine` on a bucket that keeps one version of a key: which bytes may come under it is signed anyway."""

    def __init__(self, bucket: str, *, key_arn: str) -> None:
        self._bucket = bucket
        self._key_arn = key_arn

    def receive(self, document: Document) -> UploadForm:
        """A presigned POST (not PUT: only a POST policy bounds the size before the bytes are stored).

        Every field is fixed by the policy, so the form takes the declared bytes, under the document's key,
        encrypted with our key, and nothing else; no tag among them, since tags are the scanner's word.
        """
        fixed = {
            "Content-Type": document.content_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": _checksum(document),
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": self._key_arn,
        }
        signed = client("s3").generate_presigned_post(
            self._bucket,
            document.key,
            Fields=fixed,
            Conditions=[
                *({name: value} for name, value in fixed.items()),
                ["content-length-range", document.size, document.size],
            ],
            ExpiresIn=int(UPLOAD_FOR.total_seconds()),
        )
        policy = json.loads(base64.b64decode(signed["fields"]["policy"]))
        return UploadForm(url=signed["url"], fields=signed["fields"], expires_at=policy["expiration"])

    def read(self, arrival: UploadedObject, *, at_most: int) -> bytes | None:
        try:
            found = client("s3").get_object(IfMatch=arrival.etag, **_object(arrival))
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return None
            raise
        body: bytes = found["Body"].read(at_most + 1)
        return body

    def discard(self, arrival: UploadedObject) -> None:
        """Only the object that arrived: what replaced it has an arrival of its own."""
        try:
            client("s3").delete_object(IfMatch=arrival.etag, **_object(arrival))
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise


class ScannerTag:
    """`Scanner` by the tag GuardDuty Malware Protection for S3 puts on every object it has looked at."""

    def verdict(self, arrival: UploadedObject) -> ScanVerdict:
        try:
            tags = client("s3").get_object_tagging(**_object(arrival))["TagSet"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return ScanVerdict.PENDING
            raise
        status = next((tag["Value"] for tag in tags if tag["Key"] == SCAN_TAG), "")
        return _VERDICTS.get(status, ScanVerdict.PENDING)


class NoScanner:
    """`Scanner` of an environment that has none. The stack of a production environment never names it."""

    def verdict(self, arrival: UploadedObject) -> ScanVerdict:
        return ScanVerdict.CLEAN


def scanner_for(mode: Literal["tag", "off"]) -> Scanner:
    """`tag` waits for GuardDuty's tag; `off` is for an environment without a scanner."""
    return ScannerTag() if mode == "tag" else NoScanner()


class OtherContentStored(RuntimeError):
    """Something else lies where a document is to be kept: a defect or a break-in, never the owner's doing."""


class EvidenceBucket:
    """`Evidence` on a versioned bucket under Object Lock."""

    def __init__(self, bucket: str, *, key_arn: str, clock: Clock) -> None:
        self._bucket = bucket
        self._key_arn = key_arn
        self._clock = clock

    def keep(self, document: Document, content: bytes) -> str:
        """Put the very bytes that were inspected; S3 itself checks them against the declared digest.

        A copy from the quarantine would keep what lies there at that moment, which nobody has looked at.
        """
        try:
            kept = client("s3").put_object(
                Bucket=self._bucket,
                Key=document.key,
                Body=content,
                ContentType=document.content_type,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=_checksum(document),
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self._key_arn,
                IfNoneMatch="*",
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalRequestConflict":
                raise Unavailable() from None
            if code != "PreconditionFailed":
                raise
            return self._stored_before(document)
        return str(kept["VersionId"])

    def _stored_before(self, document: Document) -> str:
        """The version an earlier delivery kept before it could say so."""
        there = client("s3").head_object(Bucket=self._bucket, Key=document.key, ChecksumMode="ENABLED")
        if there.get("ChecksumSHA256") != _checksum(document):
            raise OtherContentStored(document.id)
        return str(there["VersionId"])

    def link(self, document: Document) -> DownloadLink:
        plain, arabic = download_names(document)
        expires_at = self._clock.now() + LINK_FOR
        url = client("s3").generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": document.key,
                "VersionId": document.kept_version,
                "ResponseContentType": document.content_type,
                "ResponseContentDisposition": _attachment(plain, arabic),
                "ResponseCacheControl": "no-store",
            },
            ExpiresIn=int(LINK_FOR.total_seconds()),
        )
        return DownloadLink(url=url, expires_at=to_rfc3339(expires_at))


def _attachment(plain: str, arabic: str) -> str:
    """Download, never show (RFC 6266), under the name in either alphabet (RFC 8187)."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(arabic, safe='')}"


def _checksum(document: Document) -> str:
    return base64.b64encode(bytes.fromhex(document.sha256)).decode()


def _object(arrival: UploadedObject) -> dict[str, Any]:
    named = {"Bucket": arrival.bucket, "Key": arrival.key}
    return {**named, "VersionId": arrival.version_id} if arrival.version_id else named
