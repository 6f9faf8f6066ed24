"""The two buckets: what the upload form fixes, what is read, kept and linked to."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from ishtirak.adapters.aws.evidence_bucket import EvidenceBucket, OtherContentStored
from ishtirak.adapters.aws.quarantine_bucket import QuarantineBucket
from ishtirak.adapters.aws.retention_bucket import RetentionBucket
from ishtirak.adapters.aws.scanner import ScannerTag
from ishtirak.documents.model import Document, DocumentKind, ScanVerdict, UploadedObject
from tests.documents.post_policy import Rejected, accepted_key
from tests.documents.samples import StoppedClock, a_document
from tests.documents.stage import CLEAN, QUARANTINE, REGION, Stage, stage

CONTENT = b"%PDF-1.7 content"
SECRET = "testing"


@pytest.fixture
def cloud() -> Iterator[Stage]:
    with stage() as ready:
        yield ready


@pytest.fixture
def quarantine(cloud: Stage) -> QuarantineBucket:
    return QuarantineBucket(QUARANTINE, key_arn=cloud.key_arn)


@pytest.fixture
def evidence(cloud: Stage) -> EvidenceBucket:
    return EvidenceBucket(CLEAN, key_arn=cloud.key_arn, clock=StoppedClock())


def arrival(cloud: Stage, content: bytes = CONTENT, *, tag: str | None = None) -> UploadedObject:
    document = a_document(content)
    created = cloud.upload(document.key, content, tag=tag)["detail"]["object"]
    return UploadedObject(bucket=QUARANTINE, key=created["key"], etag=created["etag"])


def test_the_form_takes_the_declared_bytes(quarantine: QuarantineBucket) -> None:
    document = a_document(CONTENT)

    upload = quarantine.receive(document)

    assert (
        accepted_key(QUARANTINE, upload.fields, CONTENT, secret=SECRET, now=datetime.now(UTC)) == document.key
    )


def test_the_form_names_the_bucket_in_its_own_region(quarantine: QuarantineBucket) -> None:
    upload = quarantine.receive(a_document(CONTENT))

    assert upload.url == f"https://{QUARANTINE}.s3.{REGION}.amazonaws.com/"
    assert upload.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_the_form_ends_when_it_says(quarantine: QuarantineBucket) -> None:
    upload = quarantine.receive(a_document(CONTENT))
    ends = datetime.fromisoformat(upload.expires_at)

    assert timedelta(minutes=4, seconds=50) < ends - datetime.now(UTC) <= timedelta(minutes=5)
    with pytest.raises(Rejected, match="expired"):
        accepted_key(QUARANTINE, upload.fields, CONTENT, secret=SECRET, now=ends + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"key": "another/key"}, "policy condition failed: key"),
        ({"Content-Type": "text/html"}, "policy condition failed: content-type"),
        ({"x-amz-server-side-encryption": "AES256"}, "failed: x-amz-server-side-encryption"),
        ({"x-amz-server-side-encryption-aws-kms-key-id": "alias/other"}, "failed: .*kms-key-id"),
        ({"x-amz-checksum-sha256": "b3RoZXI="}, "policy condition failed: x-amz-checksum-sha256"),
        ({"x-amz-checksum-algorithm": "CRC32"}, "policy condition failed: x-amz-checksum-algorithm"),
        ({"acl": "public-read"}, "extra input fields"),
        ({"tagging": "<Tagging/>"}, "extra input fields"),
        ({"success_action_redirect": "https://elsewhere.invalid"}, "extra input fields"),
    ],
)
def test_a_form_with_another_field_is_rejected(
    quarantine: QuarantineBucket, change: dict[str, str], complaint: str
) -> None:
    fields = quarantine.receive(a_document(CONTENT)).fields

    with pytest.raises(Rejected, match=complaint):
        accepted_key(QUARANTINE, {**fields, **change}, CONTENT, secret=SECRET, now=datetime.now(UTC))


@pytest.mark.parametrize(
    "dropped", ["key", "Content-Type", "x-amz-checksum-sha256", "x-amz-server-side-encryption"]
)
def test_a_form_without_a_field_is_rejected(quarantine: QuarantineBucket, dropped: str) -> None:
    fields = quarantine.receive(a_document(CONTENT)).fields
    left = {name: value for name, value in fields.items() if name != dropped}

    with pytest.raises(Rejected, match="policy condition failed"):
        accepted_key(QUARANTINE, left, CONTENT, secret=SECRET, now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (CONTENT + b"x", "too large"),
        (CONTENT[:-1], "too small"),
        (b"", "too small"),
        (CONTENT[:-1] + b"x", "bad digest"),
    ],
)
def test_a_form_with_other_bytes_is_rejected(
    quarantine: QuarantineBucket, content: bytes, complaint: str
) -> None:
    fields = quarantine.receive(a_document(CONTENT)).fields

    with pytest.raises(Rejected, match=complaint):
        accepted_key(QUARANTINE, fields, content, secret=SECRET, now=datetime.now(UTC))


def test_a_form_with_a_loosened_policy_is_rejected(quarantine: QuarantineBucket) -> None:
    fields = quarantine.receive(a_document(CONTENT)).fields
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["expiration"] = "2099-01-01T00:00:00Z"
    loosened = base64.b64encode(json.dumps(policy).encode()).decode()

    with pytest.raises(Rejected, match="signature"):
        accepted_key(
            QUARANTINE, {**fields, "policy": loosened}, CONTENT, secret=SECRET, now=datetime.now(UTC)
        )


def test_what_arrived_is_read(cloud: Stage, quarantine: QuarantineBucket) -> None:
    assert quarantine.read(arrival(cloud), at_most=1000) == CONTENT


def test_no_more_is_read_than_asked_for(cloud: Stage, quarantine: QuarantineBucket) -> None:
    assert quarantine.read(arrival(cloud), at_most=4) == CONTENT[:5]


def test_what_was_replaced_is_not_read(cloud: Stage, quarantine: QuarantineBucket) -> None:
    first = arrival(cloud)
    cloud.upload(first.key, b"something else")

    assert quarantine.read(first, at_most=1000) is None


def test_what_is_gone_is_not_read(cloud: Stage, quarantine: QuarantineBucket) -> None:
    gone = arrival(cloud)
    quarantine.discard(gone)

    assert quarantine.read(gone, at_most=1000) is None
    assert cloud.keys(QUARANTINE) == []


def test_discarding_twice_is_no_error(cloud: Stage, quarantine: QuarantineBucket) -> None:
    gone = arrival(cloud)
    quarantine.discard(gone)

    quarantine.discard(gone)

    assert cloud.keys(QUARANTINE) == []


@pytest.mark.parametrize(
    ("tag", "verdict"),
    [
        ("NO_THREATS_FOUND", ScanVerdict.CLEAN),
        ("THREATS_FOUND", ScanVerdict.INFECTED),
        ("UNSUPPORTED", ScanVerdict.NOT_SCANNABLE),
        ("ACCESS_DENIED", ScanVerdict.PENDING),
        ("FAILED", ScanVerdict.PENDING),
        ("SOMETHING_NEW", ScanVerdict.PENDING),
        (None, ScanVerdict.PENDING),
    ],
)
def test_only_one_word_of_the_scanner_lets_a_document_through(
    cloud: Stage, tag: str | None, verdict: ScanVerdict
) -> None:
    assert ScannerTag().verdict(arrival(cloud, tag=tag)) is verdict


def test_an_object_that_is_gone_was_not_scanned(cloud: Stage, quarantine: QuarantineBucket) -> None:
    gone = arrival(cloud, tag="NO_THREATS_FOUND")
    quarantine.discard(gone)

    assert ScannerTag().verdict(gone) is ScanVerdict.PENDING


def test_evidence_is_kept_with_its_type_its_key_and_its_lifetime(
    cloud: Stage, evidence: EvidenceBucket
) -> None:
    document = a_document(CONTENT)

    version = evidence.keep(document, CONTENT, days=90)

    kept = cloud.s3.get_object(Bucket=CLEAN, Key=document.key, VersionId=version)
    assert kept["Body"].read() == CONTENT
    assert kept["ContentType"] == "application/pdf"
    assert kept["ServerSideEncryption"] == "aws:kms"
    assert kept["SSEKMSKeyId"] == cloud.key_arn
    assert tags(cloud, document) == {"lifetime-days": "90"}


def test_a_lifetime_is_told_to_the_version_that_was_kept(cloud: Stage, evidence: EvidenceBucket) -> None:
    document = a_document(CONTENT)
    kept = document.model_copy(update={"kept_version": evidence.keep(document, CONTENT, days=90)})
    retention = RetentionBucket(CLEAN)

    retention.keep_for(kept, days=None)
    while_open = tags(cloud, document)
    retention.keep_for(kept, days=1827)

    assert while_open == {"lifetime-days": "open"}
    assert tags(cloud, document) == {"lifetime-days": "1827"}


def tags(cloud: Stage, document: Document) -> dict[str, str]:
    found = cloud.s3.get_object_tagging(Bucket=CLEAN, Key=document.key)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def test_keeping_again_answers_the_version_that_is_there(cloud: Stage, evidence: EvidenceBucket) -> None:
    document = a_document(CONTENT)
    version = evidence.keep(document, CONTENT, days=90)

    again = evidence.keep(document, CONTENT, days=90)

    assert again == version
    assert len(cloud.s3.list_object_versions(Bucket=CLEAN)["Versions"]) == 1


def test_something_else_under_the_key_is_an_alarm(cloud: Stage, evidence: EvidenceBucket) -> None:
    evidence.keep(a_document(b"planted"), b"planted", days=90)

    with pytest.raises(OtherContentStored):
        evidence.keep(a_document(CONTENT), CONTENT, days=90)


def test_a_link_downloads_one_version_for_a_minute_under_our_name(evidence: EvidenceBucket) -> None:
    named = a_document(
        CONTENT, file_name="a\u202efdp.exe\r\nSet-Cookie: x=1", kind=DocumentKind.PAYSLIP, kept_version="v7"
    )

    link = evidence.link(named)

    asked = {name: values[0] for name, values in parse_qs(urlsplit(link.url).query).items()}
    assert asked["versionId"] == "v7"
    assert asked["X-Amz-Expires"] == "60"
    assert asked["response-content-type"] == "application/pdf"
    assert asked["response-content-disposition"] == (
        'attachment; filename="payslip-22222222.pdf"; '
        "filename*=UTF-8''%D9%82%D8%B3%D9%8A%D9%85%D8%A9-%D8%A7%D9%84%D8%B1%D8%A7%D8%AA%D8%A8-22222222.pdf"
    )
    assert link.expires_at == "2026-11-22T10:01:00.000Z"


def test_what_replaced_an_arrival_is_not_discarded_with_it(
    cloud: Stage, quarantine: QuarantineBucket
) -> None:
    first = arrival(cloud)
    cloud.upload(first.key, b"something else")

    quarantine.discard(first)

    assert cloud.keys(QUARANTINE) == [first.key]
