"""HTTP at the edge, on routes of its own: what every function answers whatever is sent to it."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from ishtirak.edge.http import openapi
from ishtirak.edge.http.api import Api
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.decode import MAX_BYTES
from ishtirak.edge.http.operation import get, post, put
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.logs import logger
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import (
    ChangedMeanwhile,
    Denied,
    DomainError,
    Invalid,
    NotAuthentic,
    NotFound,
    TooMany,
    Unavailable,
)
from ishtirak.kernel.idempotency import IdempotencyKeyTaken, IdempotencyRecord
from ishtirak.kernel.transaction import Transaction
from ishtirak.requests.refusals import AlreadySubmitted
from tests.fakes.access import a_table
from tests.fakes.idempotency import RecordsInMemory
from tests.fakes.requests import CONTRIBUTOR, OFFICER, STRANGER, StoppedClock, caller
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.events import TRACE, Answer, api_event, claims_of
from tests.functions.events import answer_of as answered
from tests.functions.events import call as call_api

THING = "11111111-1111-4111-8111-111111111111"
SECRET = "1000000008"  # a synthetic identity number: nothing may repeat it


class Named(BaseModel):
    """A body with a field of every sort there is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=2, max_length=10)
    code: str = "000000"
    amount: int = Field(default=0, ge=0)


class Made(BaseModel):
    id: str
    name: str
    by: str
    attempt: int


@dataclass
class Records(RecordsInMemory):
    """Kept responses; `blind` does not see them, as a store does the instant before they are written."""

    blind: int = 0

    def find(self, scope: str, key: str, *, now: datetime) -> IdempotencyRecord | None:
        if self.blind:
            self.blind -= 1
            return None
        return super().find(scope, key, now=now)


@dataclass
class Shop:
    """Routes to try everything on, what they do, and what they logged."""

    api: Api
    records: Records
    log: io.StringIO
    attempts: int = 0
    raises: BaseException | None = None
    version: int = 3

    def call(self, method: str, path: str, body: Any = ..., **given: Any) -> Answer:
        if body is ...:
            return call_api(self.api, method, path, **given)
        return call_api(self.api, method, path, body, **given)

    def make(self, body: Any = None, *, key: str | None = "key-1", **given: Any) -> Answer:
        given.setdefault("by", CONTRIBUTOR)
        return self.call("POST", "/v1/things", {"name": "first"} if body is None else body, key=key, **given)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture
def shop() -> Iterator[Shop]:
    records = Records()
    api = Api(
        "shop",
        clock=StoppedClock(),
        transaction=InMemoryTransaction(),
        records=records,
        origins="https://web.example,https://other.example",
        access=a_table(
            make="contributor", read="contributor officer", change="contributor", welcome="public"
        ),
    )
    stream = io.StringIO()
    tried = Shop(api, records, stream)
    _routes(api, tried)
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    yield tried
    if before is not None:
        handler.setStream(before)


MAKE = post("/v1/things", summary="Make", takes=Named, gives=Made, status=201)
READ = get(
    "/v1/things/<thing_id>",
    summary="Read",
    gives=Made,
    refusals=(409,),
)
CHANGE = put(
    "/v1/things/<thing_id>",
    summary="Change",
    takes=Named,
    body_as="wanted",
    gives=Made,
)
WELCOME = post("/v1/open", summary="Open to all", takes=Named, gives=Made, idempotent=False)


def _routes(api: Api, shop: Shop) -> None:
    def make(*, name: str, code: str, amount: int, by: Caller, transaction: Transaction) -> Made:
        shop.attempts += 1
        if shop.raises:
            raise shop.raises
        made = Made(id=THING, name=name, by=by.person_id, attempt=shop.attempts)
        transaction.commit(result=made)
        return made

    def read(thing_id: str, *, by: Caller) -> Made:
        if shop.raises:
            raise shop.raises
        if thing_id != THING:
            raise NotFound()
        return Made(id=thing_id, name="first", by=by.person_id, attempt=0)

    def change(thing_id: str, *, wanted: Named, expected_version: int) -> Made:
        if expected_version != shop.version:
            raise ChangedMeanwhile()
        return Made(id=thing_id, name=wanted.name, by="", attempt=0)

    def welcome(*, name: str, code: str, amount: int) -> Made:
        return Made(id=THING, name=name, by="nobody", attempt=0)

    def who(made: Made, call: Call[Any]) -> Reply[Made]:
        seen = call.signed_in.person_id if call.signed_in else made.by
        return Reply(made.model_copy(update={"by": seen}))

    api.add(MAKE, make, lambda made, call: Reply(made, etag=7, location=f"/v1/things/{THING}"))
    api.add(READ, read, lambda made, call: Reply(made, etag=shop.version))
    api.add(CHANGE, change, lambda made, call: Reply(made, etag=shop.version + 1))
    api.add(WELCOME, welcome, who)


def code_of(answer: Answer) -> str:
    """The code of a problem, which has to be whole: RFC 9457's members, in one language, never cached."""
    problem = answer.json
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status
    assert problem["type"] == f"/problems/{problem['code']}"
    assert problem["trace_id"] == TRACE
    assert problem["title"]
    assert problem["detail"]
    assert answer.headers["content-language"] in ("ar", "en")
    assert answer.headers["cache-control"] == "no-store"
    assert "Accept-Language" in answer.headers["vary"]
    return str(problem["code"])


def pointers(answer: Answer) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json["errors"]}


# languages


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "ar"),
        ("", "ar"),
        ("*", "ar"),
        ("fr", "ar"),
        ("en", "en"),
        ("EN-us", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("ar,en", "ar"),
        ("en,ar", "ar"),
        ("en;q=0.9,ar;q=0.8", "en"),
        ("en;q=0.8, ar-SA;q=0.9", "ar"),
        ("en;q=0", "ar"),
        ("ar;q=0, en;q=0.1", "en"),
        ("en;q=nan", "ar"),
        ("en;q=", "ar"),
        ("en;q=inf", "en"),
        ("," * 5_000 + "en", "ar"),
        ("english", "ar"),
        ("en\r\nX: y", "ar"),
    ],
)
def test_the_answer_is_in_arabic_unless_english_is_preferred(
    shop: Shop, accept: str | None, language: str
) -> None:
    answer = shop.call("GET", "/v1/nowhere", language=accept)

    assert code_of(answer) == "not_found"
    assert answer.headers["content-language"] == language
    assert ("غير موجود" in answer.json["title"]) == (language == "ar")


# what is not there


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/nowhere"),
        ("GET", "/"),
        ("PATCH", "/v1/things"),
        ("DELETE", f"/v1/things/{THING}"),
        ("OPTIONS", "/v1/things"),
        ("GET", f"/v1/things/{THING}/more"),
        ("GET", "/v1/things/../things"),
    ],
)
def test_an_unknown_path_or_method_is_a_problem_like_any_other(shop: Shop, method: str, path: str) -> None:
    answer = shop.call(method, path, by=CONTRIBUTOR, language="en")

    assert (answer.status, code_of(answer)) == (404, "not_found")
    assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    "thing",
    [
        "1",
        "%2e%2e%2f",
        "%00",
        "%0a",
        THING + "%0a",
        THING.replace("1", "%31", 1),
        THING.upper().replace("1", "A"),
        "{" + THING + "}",
        THING + " ",
        "' OR 1=1",
        "١" * 36,
    ],
)
def test_an_id_that_is_no_id_is_answered_as_an_absent_thing_is(shop: Shop, thing: str) -> None:
    absent = shop.call("GET", "/v1/things/22222222-2222-4222-8222-222222222222", by=CONTRIBUTOR)

    answer = shop.call("GET", f"/v1/things/{thing}", by=CONTRIBUTOR)

    assert (answer.status, answer.text) == (absent.status, absent.text)
    assert code_of(answer) == "not_found"


# who is asking


def test_nobody_is_asked_to_sign_in(shop: Shop) -> None:
    answer = shop.make(by=None)

    assert (answer.status, code_of(answer)) == (401, "not_authentic")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_another_role_is_denied(shop: Shop) -> None:
    answer = shop.make(by=OFFICER)

    assert (answer.status, code_of(answer)) == (403, "not_for_this_role")


@pytest.mark.parametrize(
    ("groups", "known"),
    [
        ("officer", True),
        ("[officer]", True),
        ("contributor,officer", True),
        ("[contributor officer]", True),
        ("[contributor, officer]", True),
        (["contributor", "officer"], True),
        ("notofficer", False),
        ("ex-officer", False),
        ("officer-trainee", False),
        ("officer_2", False),
        ("officers", False),
        ("OFFICER", False),
        ("pool:officer", False),
        ("", False),
        (None, False),
        ("[]", False),
        (["ex-officer"], False),
        (7, False),
        ({"officer": True}, False),
        ([["officer"], {"officer": 1}, None], False),
        (True, False),
    ],
)
def test_a_group_is_a_role_by_its_whole_name_only(shop: Shop, groups: Any, known: bool) -> None:
    claims = {"sub": "s", "custom:person_id": "p", "cognito:groups": groups}

    answer = shop.call("GET", f"/v1/things/{THING}", claims=claims)

    expected = 200 if known or "contributor" in str(groups) else 403
    assert answer.status == expected


@pytest.mark.parametrize("missing", ["sub", "custom:person_id"])
def test_somebody_without_an_id_is_nobody(shop: Shop, missing: str) -> None:
    claims = claims_of(CONTRIBUTOR)

    absent = shop.make(claims={name: value for name, value in claims.items() if name != missing})
    empty = shop.make(claims={**claims, missing: ""})

    assert (absent.status, empty.status) == (401, 401)


@pytest.mark.parametrize("shape", [7, True, ["a"], {"a": "b"}, b"bytes"])
def test_a_claim_of_another_shape_names_nobody(shop: Shop, shape: Any) -> None:
    for name in ("sub", "custom:person_id"):
        assert shop.make(claims={**claims_of(CONTRIBUTOR), name: shape}).status == 401


@pytest.mark.parametrize("shape", [[], ["claims"], "claims", 7, True])
def test_claims_that_are_no_claims_name_nobody(shop: Shop, shape: Any) -> None:
    for given in ({"authorizer": shape}, {"authorizer": {"claims": shape}}):
        event = api_event("GET", f"/v1/things/{THING}")
        event["requestContext"] |= given
        assert answered(shop.api, event).status == 401


def test_nothing_a_client_sends_says_who_they_are(shop: Shop) -> None:
    forged = {
        "X-User-Id": OFFICER.person_id,
        "X-Forwarded-For": "127.0.0.1",
        "X-Amzn-Oidc-Identity": OFFICER.subject,
        "cognito:groups": "officer,contributor",
        "custom:person_id": OFFICER.person_id,
        "requestContext": json.dumps({"authorizer": {"claims": claims_of(OFFICER)}}),
        "Authorization": "Bearer forged",
    }

    nobody = shop.call("POST", "/v1/open", {"name": "first"}, headers=forged)
    somebody = shop.make(headers=forged)
    denied = shop.make(by=caller(STRANGER.person_id), headers=forged)

    assert nobody.json["by"] == "nobody"
    assert somebody.json["by"] == CONTRIBUTOR.person_id
    assert denied.status == 403


# keys


def test_a_key_is_needed_where_something_is_made(shop: Shop) -> None:
    for key in (None, ""):
        answer = shop.make(key=key)
        assert (answer.status, code_of(answer)) == (400, "idempotency_key_missing")
    assert shop.attempts == 0


@pytest.mark.parametrize("key", ["a b", "مفتاح", "k" * 256, "key\n", "key\x00", " key", "k\x7f"])
def test_a_key_of_another_form_is_refused(shop: Shop, key: str) -> None:
    answer = shop.make(key=key)

    assert (answer.status, code_of(answer)) == (400, "bad_request")
    assert "Idempotency-Key" in answer.json["detail"]


def test_the_same_request_again_gets_the_same_answer(shop: Shop) -> None:
    first = shop.make(key="k" * 255)
    again = shop.make(key="k" * 255)

    assert first.status == 201
    assert (again.status, again.text) == (first.status, first.text)
    assert (again.headers["etag"], again.headers["location"]) == ('"7"', f"/v1/things/{THING}")
    assert shop.attempts == 1


def test_an_answer_is_given_again_in_the_language_it_was_given_in(shop: Shop) -> None:
    shop.make(language="ar")
    again = shop.make(language="en")

    assert again.headers["content-language"] == "ar"


def test_the_same_bytes_are_the_same_request_encoded_or_not(shop: Shop) -> None:
    first = shop.make({"name": "first"})

    again = shop.make(json.dumps({"name": "first"}).encode())

    assert again.text == first.text


@pytest.mark.parametrize("body", [{"name": "second"}, {"name": "first", "amount": 0}])
def test_the_same_key_with_other_content_is_refused(shop: Shop, body: dict[str, Any]) -> None:
    shop.make()

    answer = shop.make(body)

    assert (answer.status, code_of(answer)) == (422, "idempotency_key_reused")


def test_another_callers_same_key_is_another_key(shop: Shop) -> None:
    mine = shop.make()

    theirs = shop.make(by=STRANGER)

    assert theirs.status == 201
    assert theirs.json["by"] == STRANGER.person_id
    assert theirs.text != mine.text


def test_a_request_that_is_being_answered_says_so(shop: Shop) -> None:
    shop.raises = IdempotencyKeyTaken()

    answer = shop.make()

    assert (answer.status, code_of(answer)) == (409, "in_flight")
    assert answer.headers["retry-after"] == "1"


def test_who_loses_the_race_to_a_retry_gets_the_retrys_answer(shop: Shop) -> None:
    first = shop.make()
    shop.records.blind = 1

    second = shop.make()

    assert (second.status, second.text) == (first.status, first.text)


def test_a_rule_that_refuses_because_of_the_twin_is_not_heard_either(shop: Shop) -> None:
    """The retry stored its effect after we looked for its answer and before we read the thing it changed."""
    first = shop.make()
    shop.records.blind = 1
    shop.raises = AlreadySubmitted()

    second = shop.make()

    assert (second.status, second.text) == (first.status, first.text)


def test_a_refusal_is_not_kept(shop: Shop) -> None:
    shop.raises = Denied()
    assert shop.make().status == 403
    shop.raises = None

    assert shop.make().status == 201


# versions


def test_a_change_names_the_version_it_is_based_on(shop: Shop) -> None:
    answer = shop.call("PUT", f"/v1/things/{THING}", {"name": "first"}, by=CONTRIBUTOR)

    assert (answer.status, code_of(answer)) == (428, "if_match_missing")


@pytest.mark.parametrize(
    "tag",
    ['"2"', 'W/"3"', "3", "*", '"3", "4"', '""', '"-3"', '"٣"', '"3x"', '"' + "9" * 10 + '"', '"03 "', "abc"],
)
def test_any_other_version_is_stale(shop: Shop, tag: str) -> None:
    answer = shop.call(
        "PUT", f"/v1/things/{THING}", {"name": "first"}, by=CONTRIBUTOR, headers={"If-Match": tag}
    )

    assert (answer.status, code_of(answer)) == (412, "if_match_stale")


def test_a_change_of_the_version_read_gets_the_next(shop: Shop) -> None:
    answer = shop.call("PUT", f"/v1/things/{THING}", {"name": "first"}, by=CONTRIBUTOR, version=3)

    assert (answer.status, answer.headers["etag"]) == (200, '"4"')


# bodies


@pytest.mark.parametrize("name", ["status", "role", "approved_by", "nid_verified", "phone", "a/b~c"])
def test_a_field_nobody_asked_for_is_pointed_at(shop: Shop, name: str) -> None:
    answer = shop.make({"name": "first", name: "x"})

    assert (answer.status, code_of(answer)) == (422, "fields_not_accepted")
    assert pointers(answer) == {"/" + name.replace("~", "~0").replace("/", "~1"): "unknown_field"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "first", "code": 12345}, {"/code": "wrong_type"}),
        ({"name": "first", "code": None}, {"/code": "wrong_type"}),
        ({"name": "first", "amount": "7"}, {"/amount": "wrong_type"}),
        ({"name": "first", "amount": True}, {"/amount": "wrong_type"}),
        ({"name": "first", "amount": -1}, {"/amount": "too_small"}),
        ({"name": "f"}, {"/name": "too_short"}),
        ({"name": "f" * 11}, {"/name": "too_long"}),
        ({"code": "1", "amount": -1}, {"/name": "required", "/amount": "too_small"}),
        ([], {"": "wrong_type"}),
        ("text", {"": "wrong_type"}),
        (None, {"": "wrong_type"}),
        (7, {"": "wrong_type"}),
    ],
)
def test_each_field_that_is_wrong_is_named(shop: Shop, body: Any, expected: dict[str, str]) -> None:
    answer = shop.make(json.dumps(body).encode(), language="en")

    assert (answer.status, code_of(answer)) == (422, "fields_not_accepted")
    assert pointers(answer) == expected
    assert str(len(expected)) in answer.json["detail"]
    assert shop.attempts == 0


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "malformed_body"),
        (b"{", 400, "malformed_body"),
        (b"\xff\xfe", 400, "malformed_body"),
        (b'{"name":"a","name":"b"}', 400, "malformed_body"),
        (rb'{"name":"\ud800"}', 400, "malformed_body"),
        (b'{"name":NaN}', 400, "malformed_body"),
        (b'{"amount":1e999}', 400, "malformed_body"),
        (b"[" * 60_000, 400, "malformed_body"),
        (b" " * (MAX_BYTES + 1), 413, "body_too_large"),
        (b"[" * 100_000, 413, "body_too_large"),
    ],
)
def test_what_is_no_json_of_ours_is_refused_before_any_model_sees_it(
    shop: Shop, raw: bytes, status: int, code: str
) -> None:
    answer = shop.make(raw)

    assert (answer.status, code_of(answer)) == (status, code)


def test_a_body_the_gateway_cannot_have_sent_is_malformed(shop: Shop) -> None:
    for text, encoded in (("\ud800", False), ("no base64!", True), ("x", True), ("ü", True)):
        event = api_event("POST", "/v1/things", {}, by=CONTRIBUTOR, key="key-1")
        event |= {"body": text, "isBase64Encoded": encoded}

        answer = answered(shop.api, event)

        assert (answer.status, code_of(answer)) == (400, "malformed_body")


def test_an_event_without_headers_or_body_is_answered(shop: Shop) -> None:
    event = api_event("POST", "/v1/open")
    event |= {"headers": None, "multiValueHeaders": None, "body": None, "requestContext": {}}

    answer = answered(shop.api, event)

    assert answer.status == 400
    assert answer.json["trace_id"] == "none"


# refusals and defects


class Curious(DomainError):
    """A refusal nobody gave a status or a text."""

    code = "nobody_wrote_a_text_for_this"


@pytest.mark.parametrize(
    ("refusal", "status", "code", "retry"),
    [
        (Unavailable(), 503, "unavailable", None),
        (Unavailable(retry_after=7), 503, "unavailable", "7"),
        (TooMany(retry_after=60), 429, "too_many", "60"),
        (NotAuthentic(), 401, "not_authentic", None),
        (ChangedMeanwhile(), 409, "changed_meanwhile", None),
        (Invalid("/wage_lines/0"), 422, "field_not_accepted", None),
        (Curious(), 500, "nobody_wrote_a_text_for_this", None),
    ],
)
def test_every_refusal_has_its_status(
    shop: Shop, refusal: DomainError, status: int, code: str, retry: str | None
) -> None:
    shop.raises = refusal

    answer = shop.call("GET", f"/v1/things/{THING}", by=CONTRIBUTOR)

    assert (answer.status, code_of(answer)) == (status, code)
    assert answer.headers.get("retry-after") == retry


def test_a_refusal_of_a_field_points_at_it(shop: Shop) -> None:
    shop.raises = Invalid("/wage_lines/0")

    answer = shop.call("GET", f"/v1/things/{THING}", by=CONTRIBUTOR)

    assert pointers(answer) == {"/wage_lines/0": "field_not_accepted"}


@pytest.mark.parametrize(
    "defect",
    [
        RuntimeError(SECRET),
        KeyError(SECRET),
        RecursionError(SECRET),
        AssertionError(SECRET),
        UnicodeError(SECRET),
    ],
)
def test_a_defect_is_a_500_that_tells_nothing(shop: Shop, defect: Exception) -> None:
    shop.raises = defect

    answer = shop.call("GET", f"/v1/things/{THING}", by=CONTRIBUTOR, language="en")

    assert (answer.status, code_of(answer)) == (500, "internal")
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text


def test_stored_data_that_no_longer_fit_are_a_defect_of_ours_not_a_field_of_theirs(shop: Shop) -> None:
    try:
        Named.model_validate({"name": 7, "secret": SECRET})
    except ValueError as corrupt:
        shop.raises = corrupt

    answer = shop.call("GET", f"/v1/things/{THING}", by=CONTRIBUTOR)

    assert (answer.status, code_of(answer)) == (500, "internal")
    assert SECRET not in shop.log.getvalue()


def test_a_defect_is_logged_by_its_place_and_kind_and_without_its_message(shop: Shop) -> None:
    shop.raises = RuntimeError(f"no such person: {SECRET}")

    shop.call("GET", f"/v1/things/{THING}", by=CONTRIBUTOR)

    (defect,) = [line for line in shop.lines if line["level"] == "ERROR"]
    assert defect["kind"] == "RuntimeError"
    assert defect["where"][-1].startswith("test_http.py:")
    assert defect["trace_id"] == TRACE
    assert SECRET not in shop.log.getvalue()


# logs


HOSTILE_TEXT = '\r\n{"level":"ERROR","message":"forged"}\x1b[31m'


def test_what_a_client_sends_does_not_write_lines_into_the_log(shop: Shop) -> None:
    shop.make({"name": HOSTILE_TEXT})
    shop.make(key=HOSTILE_TEXT)
    shop.call("GET", "/v1/things/" + HOSTILE_TEXT, by=CONTRIBUTOR)
    shop.call("GET", "/v1/" + HOSTILE_TEXT, by=CONTRIBUTOR, language=HOSTILE_TEXT)
    shop.call("GET", f"/v1/things/{THING}", by=CONTRIBUTOR, headers={"X-Amzn-Trace-Id": HOSTILE_TEXT})

    assert len(shop.lines) == 5
    assert {line["level"] for line in shop.lines} == {"INFO"}
    assert "forged" not in shop.log.getvalue()


def test_the_log_has_one_line_a_request_and_nothing_of_its_content(shop: Shop) -> None:
    shop.make({"name": "Majid", "code": "482915"}, headers={"Authorization": "Bearer token-of-majid"})
    shop.make({"name": "x", "code": "482915"}, key="key-2")

    assert [(line["operation"], line["status"], line["code"]) for line in shop.lines] == [
        ("make", 201, "answered"),
        ("make", 422, "fields_not_accepted"),
    ]
    for said in ("Majid", "482915", "token-of-majid", CONTRIBUTOR.person_id):
        assert said not in shop.log.getvalue()


# browsers


def test_only_our_own_pages_may_read_answers(shop: Shop) -> None:
    ours = shop.make(headers={"Origin": "https://web.example"})
    theirs = shop.make(headers={"Origin": "https://web.example.evil"})
    unknown = shop.call("GET", "/v1/nowhere", headers={"Origin": "https://other.example"})

    assert ours.headers["access-control-allow-origin"] == "https://web.example"
    assert "access-control-allow-origin" not in theirs.headers
    assert unknown.headers["access-control-allow-origin"] == "https://other.example"
    assert "access-control-allow-credentials" not in ours.headers


def test_every_answer_says_how_it_may_be_kept_and_shown(shop: Shop) -> None:
    for answer in (shop.make(), shop.make(by=None), shop.call("GET", "/v1/nowhere")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["vary"] == "Accept-Language, Origin"


# the document


def test_the_document_tells_what_each_operation_needs(shop: Shop) -> None:
    paths = openapi.document(shop.api)["paths"]

    make, change = paths["/v1/things"]["post"], paths["/v1/things/{thing_id}"]["put"]
    needed = {parameter["name"].lower() for parameter in make["parameters"] if parameter["required"]}
    assert "idempotency-key" in needed
    assert {"400", "401", "403", "409", "422", "500", "201"} <= make["responses"].keys()
    assert {"404", "412", "428"} <= change["responses"].keys()
    assert make["x-ishtirak-function"] == "shop"
    assert make["security"] == [{"session": []}]
    assert not paths["/v1/open"]["post"].get("security")
