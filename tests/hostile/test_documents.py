"""Hostile files over HTTP: each is declared, posted by its form, scanned and inspected as anybody's is."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local import sample_documents
from local.client import Answer, Person, eventually
from local.sample_documents import pdf, pdf_with_script, web_page_named_pdf
from tests.documents.bombs import (
    bomb_inside_the_contents,
    compressed_page,
    drawings_that_use_drawings,
    lzw_bomb,
    many_streams,
    page,
    picture_larger_than_it_says,
    stream,
)
from tests.documents.corpus import report
from tests.flows.world import World, later, period, running
from tests.hostile.effects import COUNTERS, no_effect

BEGUN = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}
QUARTER_OF_AN_HOUR = 15 * 60


@pytest.fixture(scope="module")
def world(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything in this process, with somebody new for each test."""
    with running(assembly, lambdas="inline", size=90, logs=tmp_path_factory.mktemp("logs")) as everything:
        yield everything


def begun(person: Person) -> str:
    return str(person.ask("POST", "/v1/requests", BEGUN).expect(201).body["id"])


def uploaded(person: Person, content: bytes, *, kind: str = "PAYSLIP") -> tuple[str, str]:
    """The ids of a new request and of its one document, whose bytes have been posted."""
    request_id = begun(person)
    return request_id, person.upload(request_id, kind, "payslip.pdf", content)


def state(person: Person, request_id: str, document_id: str, *states: str) -> dict[str, Any]:
    """The document once it is in one of the states."""

    def there() -> dict[str, Any] | None:
        document = person.document(request_id, document_id)
        return document if document["state"] in states else None

    return eventually(there, f"the document to be {' or '.join(states)}")


def outcome(person: Person, content: bytes) -> tuple[str, str | None]:
    """State and reason of a document of these bytes, once it is inspected."""
    inspected = person.inspected(*uploaded(person, content))
    return inspected["state"], inspected["reason"]


def stored(world: World, request_id: str) -> list[str]:
    """The buckets that hold anything of the request."""
    s3 = world.cloud.client("s3")
    return [
        bucket["Name"]
        for bucket in s3.list_buckets()["Buckets"]
        for found in s3.list_objects_v2(Bucket=bucket["Name"], Prefix=request_id).get("Contents", ())
        if found["Key"]
    ]


def detached(person: Person, request_id: str, document_id: str) -> Answer:
    etag = person.ask("GET", f"/v1/requests/{request_id}").etag
    return person.ask("DELETE", f"/v1/requests/{request_id}/documents/{document_id}", etag=etag)


# --- what a file may be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(sample_documents.test_virus, "MALWARE", id="H22 the test virus"),
        pytest.param(
            lambda: page([stream(b"/Filter /FlateDecode", zlib.compress(sample_documents.test_virus()))]),
            "MALWARE",
            id="H22 the test virus, which only the scanner can see",
        ),
        pytest.param(pdf_with_script, "ACTIVE_CONTENT", id="H24 a script"),
        pytest.param(lambda: b"%PDF-1.7\n", "DAMAGED", id="H27 nine bytes"),
        pytest.param(web_page_named_pdf, "TYPE_DIFFERS", id="H29 a web page"),
        pytest.param(lambda: b"<svg onload='alert(1)'/>", "TYPE_DIFFERS", id="H29 an SVG"),
        pytest.param(lambda: report()[: len(report()) // 2], "DAMAGED", id="H38 cut in the middle"),
        pytest.param(
            lambda: report()[:-300] + b"\n%%EOF\n", "DAMAGED", id="H38 cut, what a parser would repair"
        ),
        pytest.param(lambda: compressed_page(200, times=2), "EXPANDS_TOO_MUCH", id="compressed twice"),
        pytest.param(lambda: compressed_page(200, times=3), "EXPANDS_TOO_MUCH", id="compressed three times"),
        pytest.param(
            lambda: many_streams(10_000, each=100_000), "EXPANDS_TOO_MUCH", id="ten thousand streams"
        ),
        pytest.param(lambda: lzw_bomb(12), "EXPANDS_TOO_MUCH", id="an LZW page"),
        pytest.param(
            lambda: drawings_that_use_drawings(9, each=10), "EXPANDS_TOO_MUCH", id="drawings of drawings"
        ),
        pytest.param(picture_larger_than_it_says, "EXPANDS_TOO_MUCH", id="a picture larger than it says"),
        pytest.param(bomb_inside_the_contents, "EXPANDS_TOO_MUCH", id="a bomb inside the contents"),
        pytest.param(
            lambda: page([stream(b"/Filter /BrotliDecode", b"x")]), "UNKNOWN_ENCODING", id="an unknown filter"
        ),
    ],
)
def test_a_hostile_file_is_refused_for_its_reason_and_kept_nowhere(
    world: World, make: Callable[[], bytes], reason: str
) -> None:
    person = world.somebody()

    request_id, document_id = uploaded(person, make())
    refused = person.inspected(request_id, document_id)
    world.quiet()

    assert (refused["state"], refused["reason"]) == ("REFUSED", reason)
    assert refused["reason_text"]
    assert stored(world, request_id) == []
    person.ask("POST", f"/v1/requests/{request_id}/code").expect(422)


def test_a_small_file_that_becomes_200_megabytes_is_a_kilobyte() -> None:
    assert len(compressed_page(200, times=2)) < 1_000


def test_a_refusal_says_what_to_do_in_both_languages(world: World) -> None:
    person = world.somebody()
    request_id, document_id = uploaded(person, compressed_page(200, times=2))
    person.inspected(request_id, document_id)
    path = f"/v1/requests/{request_id}/documents/{document_id}"

    told = {
        language: person.ask("GET", path, language=language).body["reason_text"] for language in ("ar", "en")
    }

    assert "PDF" in told["ar"]
    assert "Print it to a new PDF" in told["en"]


def test_an_ordinary_document_is_accepted_with_the_scanner_on(world: World) -> None:
    assert outcome(world.somebody(), pdf("Payslip")) == ("CLEAN", None)


# --- H31: the form -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "body", "after"),
    [
        pytest.param({"key": "99999999-9999-4999-8999-999999999999/x"}, None, 0, id="the key of another"),
        pytest.param({}, lambda content: content + b"\n", 0, id="a byte more"),
        pytest.param({}, lambda content: content[:-1], 0, id="a byte less"),
        pytest.param({}, lambda content: content[:-1] + b"X", 0, id="another body"),
        pytest.param({"Content-Type": "text/html"}, None, 0, id="another type"),
        pytest.param({"acl": "public-read"}, None, 0, id="an access list"),
        pytest.param({"tagging": "<Tagging/>"}, None, 0, id="a tag"),
        pytest.param({"x-amz-server-side-encryption": "AES256"}, None, 0, id="another encryption"),
        pytest.param({"x-amz-checksum-sha256": "b3RoZXI="}, None, 0, id="another checksum"),
        pytest.param({"policy": "e30="}, None, 0, id="another policy"),
        pytest.param({"x-amz-signature": "0" * 64}, None, 0, id="another signature"),
        pytest.param({}, None, 301, id="too late"),
    ],
)
def test_a_form_takes_the_declared_bytes_and_nothing_else(
    world: World, change: dict[str, str], body: Callable[[bytes], bytes] | None, after: int
) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    request_id = begun(person)
    upload = person.declare(request_id, "PAYSLIP", "p.pdf", content).expect(201).body["upload"]
    sent = {**upload, "fields": {**upload["fields"], **change}}

    with later(after), no_effect(world):
        answer = person.post_form(sent, "p.pdf", body(content) if body else content)

    assert answer.status_code in (400, 403)


# --- H36: names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("x" * 300, "x" * 116 + ".pdf"),
        ("a\u2028b\u2029.pdf", "ab.pdf"),
        ("\u061cقسيمة\u200f.pdf", "قسيمة.pdf"),
        ("e\u200d\u0301.pdf", "\u00e9.pdf"),
        ("\u200b\u2066.pdf", "pdf.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
    ],
)
def test_a_name_is_only_ever_shown_and_safe_to_show(world: World, name: str, shown: str) -> None:
    person = world.somebody()
    request_id = begun(person)

    declared = person.declare(request_id, "PAYSLIP", name, pdf("Payslip")).expect(201)

    document = person.document(request_id, declared.body["document_id"])
    assert document["file_name"].replace(" ", "") == shown.replace(" ", "")
    assert declared.body["upload"]["fields"]["key"] == f"{request_id}/{document['id']}"
    assert all(ord(character) >= 32 for value in declared.headers.values() for character in value)


@pytest.mark.parametrize(
    "name", ["pay\0slip.pdf", "a\r\nSet-Cookie: x=1.pdf", "\x1b[31m.pdf", "", "x" * 1_025]
)
def test_a_name_with_control_characters_or_without_end_is_refused(world: World, name: str) -> None:
    person = world.somebody()
    request_id = begun(person)

    with no_effect(world, but=COUNTERS):
        answer = person.declare(request_id, "PAYSLIP", name, pdf("Payslip"))

    assert answer.status in (400, 422)
    assert name not in str(answer.body) or not name


# --- the same file twice -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PAYSLIP", "ATTENDANCE_PROOF"])
def test_the_same_file_twice_in_one_request_is_refused(world: World, kind: str) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    request_id, _ = uploaded(person, content)

    with no_effect(world, but=COUNTERS):
        person.declare(request_id, kind, "another-name.pdf", content).expect(409, "document_already_attached")


def test_of_two_declarations_of_one_file_at_once_one_is_refused(world: World) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    request_id = begun(person)
    other = world.person(person.username)
    other.token = person.token

    with ThreadPoolExecutor(2) as pool:
        answers = [
            pool.submit(each.declare, request_id, "PAYSLIP", "p.pdf", content) for each in (person, other)
        ]
    statuses = sorted(answer.result().status for answer in answers)

    attached = person.ask("GET", f"/v1/requests/{request_id}/documents").body["documents"]
    assert statuses == [201, 409]
    assert len(attached) == 1


def test_a_file_may_be_attached_to_another_request(world: World) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    uploaded(person, content)

    assert outcome(person, content) == ("CLEAN", None)


def test_a_file_that_was_taken_back_may_come_again(world: World) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    request_id, document_id = uploaded(person, content)
    person.inspected(request_id, document_id)
    detached(person, request_id, document_id).expect(200)

    again = person.upload(request_id, "PAYSLIP", "p.pdf", content)

    assert person.inspected(request_id, again)["state"] == "CLEAN"


def test_a_refused_file_does_not_come_again(world: World) -> None:
    person = world.somebody()
    content = pdf_with_script()
    request_id, document_id = uploaded(person, content)
    person.inspected(request_id, document_id)
    person.declare(request_id, "PAYSLIP", "p.pdf", content).expect(409, "document_already_attached")
    detached(person, request_id, document_id).expect(200)

    with no_effect(world, but=COUNTERS):
        person.declare(request_id, "PAYSLIP", "p.pdf", content).expect(409, "file_refused_before")


# --- H34: the scanner --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour", [{"answers": False}, {"status": "FAILED"}, {"status": "ACCESS_DENIED"}], ids=str
)
def test_without_the_scanners_good_word_a_document_is_held(world: World, behaviour: dict[str, Any]) -> None:
    person = world.somebody()
    with world.cloud.scanner.behaving(**behaviour):
        request_id, document_id = uploaded(person, pdf("Payslip"))
        held = state(person, request_id, document_id, "HELD")
        world.quiet()

    with no_effect(world, but=COUNTERS):
        world.cloud.redeliver_soon()
        world.quiet()

    assert held["reason_text"]
    assert held["awaits_upload"]
    assert person.document(request_id, document_id)["state"] == "HELD"


def test_a_request_with_a_held_document_says_so_and_gets_no_code(world: World) -> None:
    person = world.somebody()
    draft = person.ask("POST", "/v1/requests", BEGUN).expect(201)
    path = f"/v1/requests/{draft.body['id']}"
    person.ask("PUT", f"{path}/data", period(), etag=draft.etag).expect(200)
    with world.cloud.scanner.behaving(answers=False):
        document_id = person.upload(draft.body["id"], "PAYSLIP", "p.pdf", pdf("Payslip"))
        state(person, draft.body["id"], document_id, "HELD")

    with no_effect(world, but=COUNTERS):
        person.ask("POST", f"{path}/code").expect(409, "documents_pending")


def test_a_scan_that_is_overdue_is_told_to_an_operator(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    person = world.somebody()
    with world.cloud.scanner.behaving(answers=False):
        request_id, document_id = uploaded(person, pdf("Payslip"))
        state(person, request_id, document_id, "HELD")
        world.quiet()
    before = capfd.readouterr().out

    with later(QUARTER_OF_AN_HOUR + 1):
        world.cloud.redeliver_soon()
        world.quiet()

    counted = capfd.readouterr().out
    assert '"scan_overdue":[1.0]' not in before
    assert '"service":"inspect_document","scan_overdue":[1.0]' in counted
    assert person.document(request_id, document_id)["state"] == "HELD"


def test_a_scan_that_comes_late_brings_the_document_on(world: World) -> None:
    person = world.somebody()
    with world.cloud.scanner.behaving(answers=False):
        request_id, document_id = uploaded(person, pdf("Payslip"))
        state(person, request_id, document_id, "HELD")

    world.cloud.scanner.rescan(world.cloud.outputs["QuarantineBucket"], f"{request_id}/{document_id}")

    assert person.inspected(request_id, document_id)["state"] == "CLEAN"


def test_the_owner_of_a_held_document_may_upload_it_again(world: World) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    with world.cloud.scanner.behaving(status="FAILED"):
        request_id, document_id = uploaded(person, content)
        state(person, request_id, document_id, "HELD")
        world.quiet()

    form = person.ask("POST", f"/v1/requests/{request_id}/documents/{document_id}/upload").expect(200).body
    person.post_form(form, "p.pdf", content)

    assert person.inspected(request_id, document_id)["state"] == "CLEAN"


def test_the_owner_of_a_held_document_may_attach_it_anew(world: World) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    with world.cloud.scanner.behaving(answers=False):
        request_id, document_id = uploaded(person, content)
        state(person, request_id, document_id, "HELD")
    detached(person, request_id, document_id).expect(200)

    again = person.upload(request_id, "PAYSLIP", "p.pdf", content)

    assert person.inspected(request_id, again)["state"] == "CLEAN"


def test_a_late_scan_of_a_document_that_was_removed_changes_nothing(world: World) -> None:
    person = world.somebody()
    with world.cloud.scanner.behaving(answers=False):
        request_id, document_id = uploaded(person, pdf("Payslip"))
        state(person, request_id, document_id, "HELD")
    detached(person, request_id, document_id).expect(200)
    bucket = world.cloud.outputs["QuarantineBucket"]

    world.cloud.scanner.rescan(bucket, f"{request_id}/{document_id}")
    world.quiet()

    assert person.ask("GET", f"/v1/requests/{request_id}/documents").body["documents"] == []
    assert stored(world, request_id) == []


def test_what_the_scanner_cannot_look_into_is_refused(world: World) -> None:
    with world.cloud.scanner.behaving(status="UNSUPPORTED"):
        assert outcome(world.somebody(), pdf("Payslip")) == ("REFUSED", "NOT_SCANNABLE")


def test_a_result_that_comes_three_times_is_one_decision(world: World) -> None:
    person = world.somebody()
    with world.cloud.scanner.behaving(times=3):
        request_id, document_id = uploaded(person, pdf("Payslip"))
        person.inspected(request_id, document_id)
        world.quiet()

    assert events_of(world, document_id)[-1] == "DocumentAccepted"
    assert events_of(world, document_id).count("DocumentAccepted") == 1


def events_of(world: World, document_id: str) -> list[str]:
    found = world.cloud.client("dynamodb").scan(TableName=world.cloud.outputs["RequestsTable"])["Items"]
    mine = [item for item in found if f"document/{document_id}" in item["pk"]["S"] and "type" in item]
    return [item["type"]["S"] for item in sorted(mine, key=lambda item: item["sk"]["S"])]


def result_of(world: World, key: str, *, status: str, etag: str) -> Mapping[str, Any]:
    """A result as the scanner would report it, made up."""
    scanned = {"bucketName": world.cloud.outputs["QuarantineBucket"], "objectKey": key, "eTag": etag}
    return {
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "source": "aws.guardduty",
        "detail": {"s3ObjectDetails": scanned, "scanResultDetails": {"scanResultStatus": status}},
    }


@pytest.mark.parametrize("etag", ["its own", "of another version"])
def test_a_result_somebody_made_up_lets_nothing_through(world: World, etag: str) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    with world.cloud.scanner.behaving(answers=False):
        request_id, document_id = uploaded(person, content)
        state(person, request_id, document_id, "HELD")
    key, bucket = f"{request_id}/{document_id}", world.cloud.outputs["QuarantineBucket"]
    own = world.cloud.client("s3").head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
    forged = result_of(world, key, status="NO_THREATS_FOUND", etag=own if etag == "its own" else "0" * 32)

    with no_effect(world, but=COUNTERS):
        world.cloud.client("sqs").send_message(
            QueueUrl=world.cloud.outputs["DocumentsQueueUrl"], MessageBody=json.dumps(forged)
        )
        world.quiet()

    assert person.document(request_id, document_id)["state"] == "HELD"


def test_a_result_that_is_replayed_after_the_decision_changes_nothing(world: World) -> None:
    person = world.somebody()
    content = pdf("Payslip")
    request_id, document_id = uploaded(person, content)
    person.inspected(request_id, document_id)
    etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
    replayed = [
        result_of(world, f"{request_id}/{document_id}", status=status, etag=etag)
        for status in ("NO_THREATS_FOUND", "THREATS_FOUND")
    ]

    with no_effect(world, but=COUNTERS):
        for one in replayed:
            world.cloud.client("sqs").send_message(
                QueueUrl=world.cloud.outputs["DocumentsQueueUrl"], MessageBody=json.dumps(one)
            )
        world.quiet()

    assert person.document(request_id, document_id)["state"] == "CLEAN"
