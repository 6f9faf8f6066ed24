"""How long the clean bucket keeps a document: a tag on the version, with a lifecycle rule for each value."""

from ishtirak.adapters.clients import client
from ishtirak.documents.model import Document
from ishtirak.privacy.lifetimes import LIFETIME_TAG, lifetime_tag


class RetentionBucket:
    """The `Retention` port on the bucket documents are kept in."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def keep_for(self, document: Document, *, days: int | None) -> None:
        client("s3").put_object_tagging(
            Bucket=self._bucket,
            Key=document.key,
            VersionId=document.kept_version,
            Tagging={"TagSet": [{"Key": LIFETIME_TAG, "Value": lifetime_tag(days)}]},
        )
