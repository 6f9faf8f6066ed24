"""Objects of S3 as the adapters of documents name and check them."""

import base64
from typing import Any, Final

from ishtirak.documents.model import Document, UploadedObject

GONE: Final = frozenset({"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "404", "412"})
"""Error codes of an object that was deleted or replaced since it arrived."""


def checksum(document: Document) -> str:
    """The declared digest, as S3 compares it."""
    return base64.b64encode(bytes.fromhex(document.sha256)).decode()


def object_of(arrival: UploadedObject) -> dict[str, Any]:
    """The parameters that name it, with its version where the bucket has versions."""
    named = {"Bucket": arrival.bucket, "Key": arrival.key}
    return {**named, "VersionId": arrival.version_id} if arrival.version_id else named
