"""What the malware scanner says of an upload, read from the tag it puts on the object."""

from botocore.exceptions import ClientError

from ishtirak.adapters.aws.objects import GONE, object_of
from ishtirak.adapters.clients import client
from ishtirak.documents.model import ScanVerdict, UploadedObject

SCAN_TAG = "GuardDutyMalwareScanStatus"
_VERDICTS = {
    "NO_THREATS_FOUND": ScanVerdict.CLEAN,
    "THREATS_FOUND": ScanVerdict.INFECTED,
    "UNSUPPORTED": ScanVerdict.NOT_SCANNABLE,
}


class ScannerTag:
    """`Scanner` by the tag GuardDuty Malware Protection for S3 puts on every object it has looked at."""

    def verdict(self, arrival: UploadedObject) -> ScanVerdict:
        try:
            tags = client("s3").get_object_tagging(**object_of(arrival))["TagSet"]
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return ScanVerdict.PENDING
            raise
        status = next((tag["Value"] for tag in tags if tag["Key"] == SCAN_TAG), "")
        return _VERDICTS.get(status, ScanVerdict.PENDING)
