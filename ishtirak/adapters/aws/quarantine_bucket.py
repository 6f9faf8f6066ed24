"""The quarantine uploads arrive in."""

import base64
import json
from datetime import timedelta

from botocore.exceptions import ClientError

from ishtirak.adapters.aws.objects import GONE, checksum, object_of
from ishtirak.adapters.clients import client
from ishtirak.documents.model import Document, UploadedObject, UploadForm

UPLOAD_FOR = timedelta(minutes=5)


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
            "x-amz-checksum-sha256": checksum(document),
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
            found = client("s3").get_object(IfMatch=arrival.etag, **object_of(arrival))
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise
        body: bytes = found["Body"].read(at_most + 1)
        return body

    def discard(self, arrival: UploadedObject) -> None:
        """Only the object that arrived: what replaced it has an arrival of its own."""
        try:
            client("s3").delete_object(IfMatch=arrival.etag, **object_of(arrival))
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise
