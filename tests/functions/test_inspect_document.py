"""inspect_document: what arrives in quarantine is kept or refused once, whatever happens on the way."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.inspect_document.handler import build
from functions.inspect_document.model import ScanResult
from functions.inspect_document.settings import Settings
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.documents import rules
from ishtirak.documents.model import Document, DocumentChange, DocumentState, RefusalReason
from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import GENESIS
from local.sample_documents import pdf, pdf_with_script
from tests.documents.samples import DOCUMENT, NOW, StoppedClock, declared
from tests.documents.stage import CLEAN, QUARANTINE, TABLE, Stage, object_created, stage
from tests.fakes.documents import InspectorSaying

EVENTS = Path(__file__).parents[2] / "functions" / "inspect_document" / "events"
CONTENT = pdf("Payslip", lines=["Basic wage 8000"])
SOUND = InspectorSaying()
Handler = Callable[[dict[str, Any], Any], Mapping[str, Any]]


class Killed(BaseException):
    """The process ends here: nothing in it can catch this."""


@pytest.fixture
def cloud() -> Iterator[Stage]:
    with stage() as ready:
        yield ready


@pytest.fixture
def documents(cloud: Stage) -> DocumentTable:
    return DocumentTable(TABLE)


def handler(cloud: Stage, **options: Any) -> Handler:
    settings = Settings(
        requests_table=TABLE,
        quarantine_bucket=QUARANTINE,
        clean_bucket=CLEAN,
        data_key_arn=cloud.key_arn,
    )
    return build(settings, clock=StoppedClock(), inspector=options.pop("inspector", SOUND), **options)


def message(event: dict[str, Any], *, sample: str = "object_created") -> dict[str, Any]:
    """The sample of the queue's event, carrying this one."""
    queued: dict[str, Any] = json.loads((EVENTS / f"{sample}.json").read_text(encoding="utf-8"))
    queued["Records"][0]["body"] = json.dumps(event)
    return queued


def stores(documents: DocumentTable, change: DocumentChange) -> None:
    DynamoTransaction().commit(documents.save(change))


def uploaded(
    cloud: Stage, documents: DocumentTable, content: bytes = CONTENT, **options: Any
) -> dict[str, Any]:
    """A declared document whose bytes have arrived; the message about it."""
    change = declared(options.pop("declared_as", content))
    stores(documents, change)
    return message(cloud.upload(change.document.key, content, **options))


def the_document(documents: DocumentTable) -> Document:
    document = documents.find(DOCUMENT)
    assert document is not None
    return document


def events_of(document_id: str) -> list[str]:
    """The document's event chain, its links checked."""
    chain = event_log.read_events(TABLE, Aggregate(AggregateKind.DOCUMENT, document_id))
    assert [event.previous_hash for event in chain] == [GENESIS, *(event.hash for event in chain[:-1])]
    return [event.type for event in chain]


def failures(answer: Mapping[str, Any]) -> int:
    return len(answer["batchItemFailures"])


def assert_kept_once(cloud: Stage, documents: DocumentTable) -> None:
    document = the_document(documents)
    versions = cloud.s3.list_object_versions(Bucket=CLEAN)["Versions"]
    assert document.state is DocumentState.CLEAN
    assert [(version["Key"], version["VersionId"]) for version in versions] == [
        (document.key, document.kept_version)
    ]
    assert cloud.keys(QUARANTINE) == []
    assert events_of(DOCUMENT) == ["DocumentDeclared", "DocumentAccepted"]


def test_a_sound_document_is_kept_and_leaves_quarantine(cloud: Stage, documents: DocumentTable) -> None:
    arrived = uploaded(cloud, documents)

    answer = handler(cloud, inspector=None)(arrived, None)

    assert failures(answer) == 0
    assert_kept_once(cloud, documents)
    assert cloud.s3.get_object(Bucket=CLEAN, Key=the_document(documents).key)["Body"].read() == CONTENT


def test_a_bad_document_is_refused_and_destroyed(cloud: Stage, documents: DocumentTable) -> None:
    arrived = uploaded(cloud, documents, pdf_with_script())

    answer = handler(cloud, inspector=None)(arrived, None)

    assert failures(answer) == 0
    assert the_document(documents).state is DocumentState.REFUSED
    assert the_document(documents).reason is RefusalReason.ACTIVE_CONTENT
    assert cloud.keys(QUARANTINE) == cloud.keys(CLEAN) == []
    assert events_of(DOCUMENT) == ["DocumentDeclared", "DocumentRefused"]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [(CONTENT + b"\n", RefusalReason.SIZE_DIFFERS), (CONTENT[:-1] + b" ", RefusalReason.CONTENT_DIFFERS)],
)
def test_other_bytes_than_declared_are_refused(
    cloud: Stage, documents: DocumentTable, sent: bytes, reason: RefusalReason
) -> None:
    arrived = uploaded(cloud, documents, sent, declared_as=CONTENT)

    handler(cloud)(arrived, None)

    assert the_document(documents).reason is reason
    assert cloud.keys(CLEAN) == []


def test_after_other_bytes_the_right_ones_may_still_come(cloud: Stage, documents: DocumentTable) -> None:
    handler(cloud)(uploaded(cloud, documents, b"cut off", declared_as=CONTENT), None)

    handler(cloud)(message(cloud.upload(the_document(documents).key, CONTENT)), None)

    assert the_document(documents).state is DocumentState.CLEAN
    assert the_document(documents).reason is None


def test_an_arrival_delivered_again_changes_nothing(cloud: Stage, documents: DocumentTable) -> None:
    arrived = uploaded(cloud, documents)
    handle = handler(cloud)
    handle(arrived, None)

    answer = handle(arrived, None)

    assert failures(answer) == 0
    assert_kept_once(cloud, documents)


def test_without_the_scanners_word_a_document_is_held_and_comes_back(
    cloud: Stage, documents: DocumentTable
) -> None:
    arrived = uploaded(cloud, documents, tag=None)
    handle = handler(cloud)

    answers = [handle(arrived, None), handle(arrived, None)]

    assert [failures(answer) for answer in answers] == [1, 1]
    assert the_document(documents).state is DocumentState.HELD
    assert cloud.keys(CLEAN) == []
    assert events_of(DOCUMENT) == ["DocumentDeclared", "DocumentHeld"]


def test_an_overdue_scan_is_a_metric_somebody_is_woken_by(
    cloud: Stage, documents: DocumentTable, capsys: pytest.CaptureFixture[str]
) -> None:
    change = declared(CONTENT)
    stores(documents, change)
    arrived = cloud.upload(change.document.key, CONTENT, tag="FAILED")
    told_at = [NOW - timedelta(minutes=minutes) for minutes in (1, 16)]
    answers = [handler(cloud)(message({**arrived, "time": at.isoformat()}), None) for at in told_at]

    counted = [line for line in capsys.readouterr().out.splitlines() if '"scan_overdue":[1.0]' in line]
    assert [failures(answer) for answer in answers] == [1, 1]
    assert len(counted) == 1


def test_the_scanners_event_brings_a_held_document_on(cloud: Stage, documents: DocumentTable) -> None:
    arrived = uploaded(cloud, documents, tag=None)
    handle = handler(cloud)
    handle(arrived, None)
    key = the_document(documents).key
    tags = {"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": "NO_THREATS_FOUND"}]}
    cloud.s3.put_object_tagging(Bucket=QUARANTINE, Key=key, Tagging=tags)

    answer = handle(scan_result(cloud, key), None)

    assert failures(answer) == 0
    assert the_document(documents).state is DocumentState.CLEAN
    assert events_of(DOCUMENT) == ["DocumentDeclared", "DocumentHeld", "DocumentAccepted"]


def scan_result(cloud: Stage, key: str) -> dict[str, Any]:
    sample = json.loads((EVENTS / "scan_result.json").read_text(encoding="utf-8"))
    event: dict[str, Any] = json.loads(sample["Records"][0]["body"])
    event["detail"]["s3ObjectDetails"]["eTag"] = cloud.s3.head_object(Bucket=QUARANTINE, Key=key)[
        "ETag"
    ].strip('"')
    return message(event, sample="scan_result")


@pytest.mark.parametrize(("told", "version"), [("null", None), (None, None), ("3HL4kqt", "3HL4kqt")])
def test_only_a_version_of_a_versioned_bucket_is_named(told: str | None, version: str | None) -> None:
    scanned = {"bucketName": QUARANTINE, "objectKey": "k", "eTag": "e", "versionId": told}

    result = ScanResult.model_validate({"s3ObjectDetails": scanned})

    assert result.arrival(told_at=None).version_id == version


def test_the_scanners_event_is_not_taken_at_its_word(cloud: Stage, documents: DocumentTable) -> None:
    uploaded(cloud, documents, tag=None)

    answer = handler(cloud)(scan_result(cloud, the_document(documents).key), None)

    assert failures(answer) == 1
    assert the_document(documents).state is DocumentState.HELD


@pytest.mark.parametrize(
    ("tag", "reason"),
    [("THREATS_FOUND", RefusalReason.MALWARE), ("UNSUPPORTED", RefusalReason.NOT_SCANNABLE)],
)
def test_what_the_scanner_reports_is_refused(
    cloud: Stage, documents: DocumentTable, tag: str, reason: RefusalReason
) -> None:
    arrived = uploaded(cloud, documents, tag=tag)

    handler(cloud)(arrived, None)

    assert the_document(documents).reason is reason
    assert cloud.keys(QUARANTINE) == cloud.keys(CLEAN) == []


def test_an_object_nobody_expected_is_destroyed(
    cloud: Stage, documents: DocumentTable, caplog: pytest.LogCaptureFixture
) -> None:
    arrived = message(cloud.upload("evil/../../x", b"MZ"))

    answer = handler(cloud)(arrived, None)

    assert failures(answer) == 0
    assert cloud.keys(QUARANTINE) == cloud.keys(CLEAN) == []


def test_an_object_under_another_request_is_not_expected(cloud: Stage, documents: DocumentTable) -> None:
    stores(documents, declared(CONTENT))

    handler(cloud)(message(cloud.upload(f"99999999-9999-4999-8999-999999999999/{DOCUMENT}", CONTENT)), None)

    assert cloud.keys(QUARANTINE) == cloud.keys(CLEAN) == []
    assert the_document(documents).state is DocumentState.AWAITING_UPLOAD


def test_what_comes_for_a_removed_document_is_destroyed(cloud: Stage, documents: DocumentTable) -> None:
    arrived = uploaded(cloud, documents)
    stores(documents, rules.removed(the_document(documents), at=NOW))

    handler(cloud)(arrived, None)

    assert the_document(documents).state is DocumentState.REMOVED
    assert cloud.keys(QUARANTINE) == cloud.keys(CLEAN) == []


def test_an_event_of_another_bucket_touches_nothing(cloud: Stage, documents: DocumentTable) -> None:
    stores(documents, declared(CONTENT))
    key = the_document(documents).key
    cloud.s3.put_object(Bucket=CLEAN, Key=key, Body=CONTENT)

    answer = handler(cloud)(message(object_created(key, etag="x", size=1, bucket=CLEAN)), None)

    assert failures(answer) == 0
    assert cloud.keys(CLEAN) == [key]
    assert the_document(documents).state is DocumentState.AWAITING_UPLOAD


def test_an_event_of_a_replaced_object_decides_nothing(cloud: Stage, documents: DocumentTable) -> None:
    stale = uploaded(cloud, documents)
    cloud.upload(the_document(documents).key, b"another")

    handler(cloud)(stale, None)

    assert the_document(documents).state is DocumentState.AWAITING_UPLOAD
    assert len(cloud.keys(QUARANTINE)) == 1


def test_a_message_that_makes_no_sense_goes_back_to_the_queue(cloud: Stage) -> None:
    answer = handler(cloud)(message({"detail-type": "Something Else"}), None)

    assert failures(answer) == 1


@dataclass
class Calls:
    """Counts the calls to AWS, and strikes at one of them."""

    strike_at: int | None = None
    mode: str = "count"
    made: int = 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            self.made += 1
            if self.made != self.strike_at:
                return call(client, operation, parameters)
            if self.mode == "kill before":
                raise Killed
            answer = call(client, operation, parameters)
            if self.mode == "kill after":
                raise Killed
            # the reply was lost and the SDK asked again
            return call(client, operation, _rewound(parameters)) if self.mode == "twice" else answer

        return wrapped


def _rewound(parameters: dict[str, Any]) -> dict[str, Any]:
    return dict(parameters)


def struck(monkeypatch: pytest.MonkeyPatch, calls: Calls, run: Callable[[], Any]) -> None:
    from botocore.client import BaseClient

    with monkeypatch.context() as patched:
        patched.setattr(BaseClient, "_make_api_call", calls.around(BaseClient._make_api_call))
        try:
            run()
        except Killed:
            return


CALLS_TO_ACCEPT = 6
CALLS_TO_REFUSE = 4


def test_accepting_takes_six_calls_and_refusing_four(
    cloud: Stage, documents: DocumentTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = uploaded(cloud, documents)
    accepting = Calls()
    struck(monkeypatch, accepting, lambda: handler(cloud)(arrived, None))
    other = declared(b"bad", id="33333333-3333-4333-8333-333333333333")
    stores(documents, other)
    refusing = Calls()
    bad = message(cloud.upload(other.document.key, b"bad"))
    struck(
        monkeypatch,
        refusing,
        lambda: handler(cloud, inspector=InspectorSaying(RefusalReason.DAMAGED))(bad, None),
    )

    assert (accepting.made, refusing.made) == (CALLS_TO_ACCEPT, CALLS_TO_REFUSE)


@pytest.mark.parametrize("mode", ["kill before", "kill after", "twice"])
@pytest.mark.parametrize("strike_at", range(1, CALLS_TO_ACCEPT + 1))
def test_a_crash_at_any_call_and_a_redelivery_keep_the_document_once(
    cloud: Stage, documents: DocumentTable, monkeypatch: pytest.MonkeyPatch, strike_at: int, mode: str
) -> None:
    arrived = uploaded(cloud, documents)
    handle = handler(cloud)
    calls = Calls(strike_at=strike_at, mode=mode)

    struck(monkeypatch, calls, lambda: handle(arrived, None))
    handle(arrived, None)

    assert calls.made >= strike_at
    assert_kept_once(cloud, documents)


@pytest.mark.parametrize("mode", ["kill before", "kill after", "twice"])
@pytest.mark.parametrize("strike_at", range(1, CALLS_TO_REFUSE + 1))
def test_a_crash_at_any_call_and_a_redelivery_refuse_the_document_once(
    cloud: Stage, documents: DocumentTable, monkeypatch: pytest.MonkeyPatch, strike_at: int, mode: str
) -> None:
    arrived = uploaded(cloud, documents)
    handle = handler(cloud, inspector=InspectorSaying(RefusalReason.DAMAGED))
    calls = Calls(strike_at=strike_at, mode=mode)

    struck(monkeypatch, calls, lambda: handle(arrived, None))
    handle(arrived, None)

    assert calls.made >= strike_at
    assert the_document(documents).reason is RefusalReason.DAMAGED
    assert cloud.keys(QUARANTINE) == cloud.keys(CLEAN) == []
    assert events_of(DOCUMENT) == ["DocumentDeclared", "DocumentRefused"]
