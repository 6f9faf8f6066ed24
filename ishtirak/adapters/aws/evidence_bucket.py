"""The clean bucket documents are kept in."""

from datetime import timedelta
from urllib.parse import quote

from botocore.exceptions import ClientError

from ishtirak.adapters.aws.objects import checksum
from ishtirak.adapters.clients import client
from ishtirak.documents.model import Document, DownloadLink
from ishtirak.documents.names import download_names
from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.errors import Unavailable
from ishtirak.privacy.lifetimes import LIFETIME_TAG, lifetime_tag

LINK_FOR = timedelta(minutes=1)


class OtherContentStored(RuntimeError):
    """Something else lies where a document is to be kept: a defect or a break-in, never the owner's doing."""


class EvidenceBucket:
    """`Evidence` on a versioned bucket under Object Lock."""

    def __init__(self, bucket: str, *, key_arn: str, clock: Clock) -> None:
        self._bucket = bucket
        self._key_arn = key_arn
        self._clock = clock

    def keep(self, document: Document, content: bytes, *, days: int) -> str:
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
                ChecksumSHA256=checksum(document),
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self._key_arn,
                Tagging=f"{LIFETIME_TAG}={lifetime_tag(days)}",
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
        if there.get("ChecksumSHA256") != checksum(document):
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
