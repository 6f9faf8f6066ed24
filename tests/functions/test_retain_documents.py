"""retain_documents: the tag of a kept document follows its request, by the events of the bus."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.retain_documents.handler import build
from functions.retain_documents.settings import Settings
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.evidence_bucket import EvidenceBucket
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.documents import rules
from ishtirak.documents.model import Document
from ishtirak.requests.model import Request, RequestChange
from tests.documents.samples import KEEP_UNTIL, NOW, StoppedClock, a_document
from tests.documents.stage import CLEAN, TABLE, Stage, stage
from tests.fakes.request_states import billed, withdrawn
from tests.fakes.requests import DOCUMENT, REQUEST, attachment, submitted
from tests.functions.access_world import delivered, message
from tests.functions.scene import Killed, dying

SAMPLE = Path("functions/retain_documents/events/request_withdrawn.json")


class Keeping:
    """The function, and a request with one document that was just kept."""

    def __init__(self, cloud: Stage) -> None:
        self.cloud = cloud
        self.documents, self.requests = DocumentTable(TABLE), RequestTable(TABLE)
        self.transaction = DynamoTransaction()
        self.consumer = build(Settings(requests_table=TABLE, clean_bucket=CLEAN), clock=StoppedClock())
        declared = rules.declared(a_document(), at=NOW)
        evidence = EvidenceBucket(CLEAN, key_arn=cloud.key_arn, clock=StoppedClock())
        version = evidence.keep(declared.document, b"content", days=91)
        kept = rules.accepted(declared.document, kept_version=version, keep_until=KEEP_UNTIL, at=NOW)
        self.transaction.commit(self.documents.save(declared))
        self.transaction.commit(self.documents.save(kept))

    def holds(self, request: Request) -> None:
        attached = request.model_copy(update={"attachments": (attachment(),), "estimate": None})
        self.transaction.commit(self.requests.save(RequestChange(before=None, after=attached, events=())))

    def hears(
        self, event_type: str = "RequestWithdrawn", *, subject: str = f"request/{REQUEST}"
    ) -> list[str]:
        return ["back" for _ in delivered(self.consumer, message(event_type, subject=subject, data={}))]

    @property
    def document(self) -> Document:
        found = self.documents.find(DOCUMENT)
        assert found is not None
        return found

    @property
    def lifetime(self) -> str:
        tags = self.cloud.s3.get_object_tagging(Bucket=CLEAN, Key=self.document.key)["TagSet"]
        return str({tag["Key"]: tag["Value"] for tag in tags}["lifetime-days"])


@pytest.fixture
def desk() -> Iterator[Keeping]:
    with stage() as ready:
        yield Keeping(ready)


@pytest.mark.parametrize(
    ("request_", "event", "lifetime"),
    [
        (submitted().after, "RequestSubmitted", "open"),
        (withdrawn(), "RequestWithdrawn", "31"),
        (billed(), "RequestBilled", "1827"),
    ],
    ids=["submitted", "withdrawn", "billed"],
)
def test_the_stored_version_gets_the_lifetime_its_request_asks_for(
    desk: Keeping, request_: Request, event: str, lifetime: str
) -> None:
    desk.holds(request_)
    before = desk.lifetime

    assert desk.hears(event) == []

    assert (before, desk.lifetime) == ("91", lifetime)
    assert desk.document.version == 3


def test_a_document_taken_back_is_destroyed_sooner(desk: Keeping) -> None:
    desk.transaction.commit(desk.documents.save(rules.removed(desk.document, at=NOW)))

    assert desk.hears("DocumentRemoved", subject=f"document/{DOCUMENT}") == []
    assert desk.lifetime == "31"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, 5))
def test_a_crash_at_any_call_and_a_redelivery_end_alike(desk: Keeping, call: int, after: bool) -> None:
    desk.holds(withdrawn())
    with dying(call, after=after) as made:
        try:
            desk.hears()
        except Killed:
            assert len(made) == call

    assert desk.hears() == []
    assert desk.lifetime == "31"
    assert desk.document.version == 3


def test_an_event_nobody_subscribed_to_comes_back(desk: Keeping) -> None:
    assert desk.hears("DataSaved") == ["back"]


def test_the_sample_event_of_a_request_nobody_knows_is_refused_for_good(desk: Keeping) -> None:
    records: list[dict[str, Any]] = json.loads(SAMPLE.read_text(encoding="utf-8"))["Records"]

    assert list(delivered(desk.consumer, *records)) == []
    assert desk.lifetime == "91"
