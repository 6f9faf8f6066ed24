"""request_upload: a contributor declares, uploads, follows and takes back documents."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.request_upload.handler import build
from functions.request_upload.settings import Settings
from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.documents import rules as document_rules
from ishtirak.documents.model import DocumentState, RefusalReason
from ishtirak.edge.http import openapi
from ishtirak.edge.http.api import Api
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Items
from ishtirak.requests import rules
from ishtirak.requests.model import RequestKind
from local.sample_documents import pdf
from tests.documents.post_policy import accepted_key
from tests.documents.samples import DOCUMENT, NOW, OWNER, REQUEST, StoppedClock
from tests.documents.samples import declared as declared_document
from tests.documents.stage import QUARANTINE, TABLE, Stage, stage
from tests.fakes.requests import policy

EVENTS = Path(__file__).parents[2] / "functions" / "request_upload" / "events"
CONTENT = pdf("Payslip")
MIB = 2**20
KEPT: Any = object()


def stores(*items: Items) -> None:
    DynamoTransaction().commit(*items)


@pytest.fixture
def cloud() -> Iterator[Stage]:
    with stage() as ready:
        change = rules.draft(
            REQUEST,
            owner=OWNER,
            kind=RequestKind.ADD,
            system=System.SOCIAL_INSURANCE,
            amends=None,
            already_open=0,
            at=NOW,
            policy=policy(),
        )
        stores(RequestTable(TABLE).save(change))
        yield ready


@pytest.fixture
def api(cloud: Stage) -> Api:
    settings = Settings(
        access_table=TABLE, requests_table=TABLE, quarantine_bucket=QUARANTINE, data_key_arn=cloud.key_arn
    )
    return build(settings, clock=StoppedClock())


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return event


def sent(
    api: Api,
    name: str,
    *,
    body: Any = KEPT,
    document_id: str | None = None,
    person_id: str = OWNER,
    group: str = "contributor",
    **headers: str,
) -> tuple[int, dict[str, Any]]:
    """The answer to a sample event with these differences: its status and its body."""
    event = sample(name)
    if body is not KEPT:
        event["body"] = json.dumps(body)
    if document_id:
        event["path"] = event["path"].replace(DOCUMENT, document_id)
    event["headers"] |= {header.replace("_", "-"): value for header, value in headers.items()}
    event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
    event["requestContext"]["authorizer"]["claims"] |= {
        "custom:person_id": person_id,
        "cognito:groups": group,
    }
    answer = api.resolve(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def a_file(content: bytes = CONTENT, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "PAYSLIP",
        "file_name": "payslip.pdf",
        "content_type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        **changed,
    }


def declare(api: Api, key_of_once: str = "key-1", **changed: Any) -> tuple[int, dict[str, Any]]:
    return sent(api, "declare_document", body=a_file(**changed), Idempotency_Key=key_of_once)


def test_the_sample_event_is_answered_with_a_form(api: Api) -> None:
    status, answer = sent(api, "declare_document")

    assert status == 201
    assert answer["state"] == "AWAITING_UPLOAD"


def test_a_declared_document_gets_a_form_for_exactly_its_bytes(api: Api) -> None:
    status, answer = declare(api)

    assert status == 201
    fields = answer["upload"]["fields"]
    key = accepted_key(QUARANTINE, fields, CONTENT, secret="testing", now=datetime.now(UTC))
    assert key == f"{REQUEST}/{answer['document_id']}"


def test_a_declared_document_joins_the_request_and_ends_the_declaration(api: Api) -> None:
    _, answer = declare(api)

    request = RequestTable(TABLE).get(REQUEST)
    assert [attachment.id for attachment in request.attachments] == [answer["document_id"]]
    assert request.attachments[0].sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert request.declaration is None
    assert DocumentTable(TABLE).states([answer["document_id"]], on=NOW.date()) == {
        answer["document_id"]: DocumentState.AWAITING_UPLOAD
    }


def test_declaring_again_with_the_same_key_answers_the_same(api: Api) -> None:
    first = declare(api, "same")

    again = declare(api, "same")

    assert again == first
    assert len(RequestTable(TABLE).get(REQUEST).attachments) == 1


def test_a_name_is_shown_clean_and_stored_nowhere_else(api: Api) -> None:
    status, answer = declare(api, file_name="../../etc/قسيمة\u202efdp.exe")

    _, listed = sent(api, "list_documents")
    assert status == 201
    assert listed["documents"][0]["file_name"] == "قسيمةfdp.exe.pdf"
    assert answer["upload"]["fields"]["key"] == f"{REQUEST}/{answer['document_id']}"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"kind": "IDENTITY_CARD"}, "/kind"),
        ({"content_type": "image/svg+xml"}, "/content_type"),
        ({"size": 0}, "/size"),
        ({"size": "12"}, "/size"),
        ({"sha256": "E3B0" * 16}, "/sha256"),
        ({"sha256": "٠" * 64}, "/sha256"),
        ({"file_name": ""}, "/file_name"),
        ({"state": "CLEAN"}, "/state"),
        ({"owner": "somebody"}, "/owner"),
        ({"key": "other/key"}, "/key"),
        ({"kept_version": "1"}, "/kept_version"),
    ],
)
def test_a_field_that_is_not_acceptable_is_named(api: Api, changed: dict[str, Any], pointer: str) -> None:
    status, answer = declare(api, **changed)

    assert status == 422
    assert [error["pointer"] for error in answer["errors"]] == [pointer]
    assert RequestTable(TABLE).get(REQUEST).attachments == ()


def test_a_file_over_the_limit_is_refused_before_anything_is_stored(api: Api) -> None:
    status, answer = declare(api, size=10 * MIB + 1)

    assert (status, answer["code"]) == (422, "document_too_large")
    assert "10" in answer["detail"]
    assert RequestTable(TABLE).get(REQUEST).attachments == ()


def test_files_over_the_limit_together_are_refused(api: Api) -> None:
    accepted = [
        declare(api, f"key-{number}", size=10 * MIB, sha256=f"{number:064}")[0] for number in range(3)
    ]

    status, answer = declare(api, "one-more", size=1, sha256="e" * 64)

    assert accepted == [201, 201, 201]
    assert (status, answer["code"]) == (422, "documents_too_large")


def test_more_files_than_allowed_are_refused(api: Api) -> None:
    accepted = {declare(api, f"key-{number}", size=1, sha256=f"{number:064}")[0] for number in range(10)}

    status, answer = declare(api, "one-more", size=1, sha256="e" * 64)

    assert accepted == {201}
    assert (status, answer["code"]) == (409, "too_many_documents")
    assert "10" in answer["detail"]


def test_a_fresh_form_is_had_while_the_bytes_are_awaited(api: Api) -> None:
    _, declared = declare(api)

    status, upload = sent(api, "renew_upload", document_id=declared["document_id"])

    assert status == 200
    assert upload["fields"]["key"] == declared["upload"]["fields"]["key"]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (RefusalReason.SIZE_DIFFERS, 200),
        (RefusalReason.CONTENT_DIFFERS, 200),
        (RefusalReason.MALWARE, 409),
        (RefusalReason.DAMAGED, 409),
    ],
)
def test_a_refused_document_is_uploaded_again_only_if_other_bytes_came(
    api: Api, reason: RefusalReason, expected: int
) -> None:
    _, declared = declare(api)
    refuse(declared["document_id"], reason)

    status, _ = sent(api, "renew_upload", document_id=declared["document_id"])

    assert status == expected


def refuse(document_id: str, reason: RefusalReason) -> None:
    documents = DocumentTable(TABLE)
    document = documents.find(document_id)
    assert document is not None
    stores(documents.save(document_rules.refused(document, reason=reason, at=NOW)))


@pytest.mark.parametrize(
    ("language", "words"), [("ar", "محمي بكلمة مرور"), ("en", "protected by a password")]
)
def test_the_list_says_why_a_document_was_refused(api: Api, language: str, words: str) -> None:
    _, declared = declare(api)
    refuse(declared["document_id"], RefusalReason.ENCRYPTED)

    status, listed = sent(api, "list_documents", Accept_Language=language)

    (document,) = listed["documents"]
    assert status == 200
    assert (document["state"], document["reason"], document["awaits_upload"]) == (
        "REFUSED",
        "ENCRYPTED",
        False,
    )
    assert words in document["reason_text"]
    assert listed["size_in_all"] == len(CONTENT)


def test_one_document_is_read_by_itself(api: Api) -> None:
    _, declared = declare(api)

    status, document = sent(api, "read_document", document_id=declared["document_id"])

    assert (status, document["id"], document["label"]) == (200, declared["document_id"], "قسيمة الراتب")


def test_a_document_is_taken_back_with_the_version_read(api: Api) -> None:
    _, declared = declare(api)

    status, listed = sent(api, "remove_document", document_id=declared["document_id"], If_Match=version())

    assert (status, listed["documents"]) == (200, [])
    assert RequestTable(TABLE).get(REQUEST).attachments == ()
    assert DocumentTable(TABLE).states([declared["document_id"]], on=NOW.date()) == {
        declared["document_id"]: DocumentState.REMOVED
    }


def version() -> str:
    return f'"{RequestTable(TABLE).get(REQUEST).version}"'


def test_a_document_taken_back_is_nowhere(api: Api) -> None:
    _, declared = declare(api)
    sent(api, "remove_document", document_id=declared["document_id"], If_Match=version())

    answers = [
        sent(api, name, document_id=declared["document_id"], If_Match=version())[0]
        for name in ("read_document", "renew_upload", "remove_document")
    ]

    assert answers == [404, 404, 404]


def test_taking_back_with_a_stale_version_is_refused(api: Api) -> None:
    _, declared = declare(api)

    status, answer = sent(api, "remove_document", document_id=declared["document_id"], If_Match='"99"')

    assert (status, answer["code"]) == (412, "if_match_stale")
    assert len(RequestTable(TABLE).get(REQUEST).attachments) == 1


@pytest.mark.parametrize(
    "name", ["declare_document", "renew_upload", "list_documents", "read_document", "remove_document"]
)
def test_anothers_request_is_as_absent_as_none(api: Api, name: str) -> None:
    _, declared = declare(api)
    stranger = "00000000-0000-4000-8000-000000000009"

    anothers = sent(
        api,
        name,
        document_id=declared["document_id"],
        person_id=stranger,
        If_Match=version(),
        Idempotency_Key="new",
    )
    state = {"pk": f"request/{REQUEST}", "sk": "STATE"}
    stores((dynamo.delete(TABLE, state, condition="attribute_exists(pk)"),))
    absent = sent(
        api,
        name,
        document_id=declared["document_id"],
        person_id=stranger,
        If_Match='"1"',
        Idempotency_Key="new",
    )

    assert anothers[0] == 404
    assert anothers == absent


@pytest.mark.parametrize("group", ["officer", "supervisor"])
def test_only_contributors_attach(api: Api, group: str) -> None:
    status, answer = sent(api, "declare_document", group=group)

    assert (status, answer["code"]) == (403, "not_for_this_role")


def test_a_document_of_another_request_of_mine_is_not_of_this_one(api: Api) -> None:
    documents = DocumentTable(TABLE)
    other = declared_document(request_id="99999999-9999-4999-8999-999999999999")
    stores(documents.save(other))

    status, _ = sent(api, "read_document", document_id=other.document.id)

    assert status == 404


def test_a_submitted_request_takes_no_documents(api: Api) -> None:
    requests = RequestTable(TABLE)
    _, declared = declare(api)
    owner = Caller(subject="s", person_id=OWNER, roles=frozenset({Role.CONTRIBUTOR}))
    stores(requests.save(rules.withdraw(requests.get(REQUEST), by=owner, at=NOW)))

    answers = [
        declare(api, "late"),
        sent(api, "renew_upload", document_id=declared["document_id"]),
        sent(api, "remove_document", document_id=declared["document_id"], If_Match=version()),
    ]

    assert [(status, answer["code"]) for status, answer in answers] == [(409, "already_submitted")] * 3


def test_every_operation_is_in_the_api_document(api: Api) -> None:
    paths = openapi.document(api)["paths"]

    operations = {operation["operationId"] for path in paths.values() for operation in path.values()}

    assert operations == {
        "declare_document",
        "renew_upload",
        "list_documents",
        "read_document",
        "remove_document",
    }
