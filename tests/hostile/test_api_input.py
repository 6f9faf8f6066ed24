"""What else a request may be: bodies no parser agrees on, methods, paths and headers (H39 to H50, H58).

Whatever is sent is answered by one status that the document has, by a problem in JSON with a code that stays.
There is no H62 here: no operation says whether an identity number and a birth date belong together.
"""

import gzip
import json
from typing import Any

import pytest

from ishtirak.edge.http.operation import BEFORE_THE_FUNCTION
from tests.flows.world import World
from tests.hostile.effects import no_effect
from tests.hostile.wire import (
    ABSENT,
    Told,
    address_of,
    every_operation,
    headers_for,
    send,
    sent_json,
    somebody_for,
)

BEGUN = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}
JSON = ("Content-Type", "application/json")
NAMES = sorted(every_operation())


def begin(world: World, body: bytes, *headers: tuple[str, str]) -> Told:
    """What beginning a request is answered, which has to be a refusal without effect."""
    person = world.somebody()
    with no_effect(world):
        return send(
            world,
            "POST",
            "/v1/requests",
            by=person,
            headers=[("Idempotency-Key", "key-1"), *headers],
            body=body,
        )


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 17 + b"1" + b"}" * 17,
        b'{"kind":NaN,"system":1}',
        b'{"kind":Infinity}',
        b'{"kind":-Infinity}',
        b'{"kind":1e999}',
        b'{"kind":1.0}',
        b'{"kind":' + b"9" * 5_000 + b"}",
        rb'{"kind":"\ud800","system":"SOCIAL_INSURANCE"}',
        b'{"kind":"ADD","kind":"AMEND","system":"SOCIAL_INSURANCE"}',
        rb'{"kind":"ADD","\u006bind":"ADD","system":"SOCIAL_INSURANCE"}',
        b'\xef\xbb\xbf{"kind":"ADD","system":"SOCIAL_INSURANCE"}',
        '{"kind":"ADD","system":"SOCIAL_INSURANCE"}'.encode("utf-16"),
        b'{"kind":"ADD\xff","system":"SOCIAL_INSURANCE"}',
        b'{"kind":"ADD\x00","system":"SOCIAL_INSURANCE"}',
        rb'{"kind":"ADD\u0000","system":"SOCIAL_INSURANCE"}',
        b"{'kind':'ADD'}",
        b'{"kind":"ADD","system":"SOCIAL_INSURANCE",}',
        b'{"kind":"ADD"}//',
        b"\xff\xfe\xfd",
        b" ",
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, bytes) else "",
)
def test_a_body_no_two_parsers_agree_on_is_malformed(served: World, body: bytes) -> None:
    """H39, H41, H44."""
    answer = begin(served, body, JSON)

    expected = (413, "body_too_large") if len(body) > 65_536 else (400, "malformed_body")
    assert (answer.status, answer.code) == expected


def test_a_body_of_seventy_kilobytes_is_too_large(served: World) -> None:
    answer = begin(served, json.dumps(BEGUN | {"amends": "x" * 70_000}).encode(), JSON)

    assert (answer.status, answer.code) == (413, "body_too_large")


@pytest.mark.parametrize(
    "name", ["status", "role", "approved_by", "nid_verified", "phone", "id", "owner", "version", "__proto__"]
)
def test_a_field_of_an_answer_is_none_of_a_question(served: World, name: str) -> None:
    """H46, H17."""
    answer = begin(served, json.dumps(BEGUN | {name: "x"}).encode(), JSON)

    assert (answer.status, answer.pointers) == (422, {f"/{name}": "unknown_field"})


def test_anothers_request_is_answered_as_an_absent_one(served: World) -> None:
    """H47: read, list, upload to, submit and cancel."""
    owner, other = served.somebody(), served.somebody()
    theirs = sent_json(served, "POST", "/v1/requests", BEGUN, by=owner, key="mine").json["id"]

    def told(request_id: str) -> list[tuple[int, Any]]:
        found = []
        for name, operation in sorted(every_operation().items()):
            if operation.path.startswith("/v1/requests/<request_id>"):
                path = address_of(operation).replace(ABSENT, request_id, 1)
                headers = headers_for(operation, key=f"{name}-{request_id}")
                answer = sent_json(
                    served, operation.method, path, BODIES.get(name, b""), by=other, headers=headers
                )
                problem = {key: value for key, value in answer.json.items() if key != "trace_id"}
                found.append((answer.status, problem))
        return found

    with no_effect(served):
        answers = told(theirs)
        assert answers == told(ABSENT)
    assert {status for status, _ in answers} == {404}
    assert len(answers) >= 12


BODIES: dict[str, Any] = {
    "save_data": {
        "establishment": "7000000001",
        "starts_on": "2026-01-01",
        "ends_on": "2026-01-31",
        "occupation_code": "251201",
        "work_type": "FULL_TIME",
        "wage_lines": [{"first_month": "2026-01", "last_month": "2026-01", "basic": 500_000}],
        "reason": "a reason",
    },
    "accept_declaration": {"version": "1"},
    "submit_request": {"challenge_id": ABSENT, "code": "000000"},
    "declare_document": {
        "kind": "PAYSLIP",
        "file_name": "a.pdf",
        "content_type": "application/pdf",
        "size": 10,
        "sha256": "0" * 64,
    },
}


def test_nothing_a_client_writes_says_who_it_is_or_what_it_does(served: World) -> None:
    """H50, and methods in headers."""
    person, officer = served.somebody(), served.who("faisal")
    forged = [
        ("X-User-Id", officer.person_id),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Amzn-Oidc-Identity", officer.person_id),
        ("cognito:groups", "officer,supervisor"),
        ("requestContext", json.dumps({"authorizer": {"claims": {"cognito:groups": "officer"}}})),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Original-URL", "/v1/reviews"),
        ("X-Forwarded-Host", "evil.example"),
    ]

    with no_effect(served):
        mine = send(served, "GET", "/v1/requests", by=person, headers=forged)
        queue = send(served, "GET", "/v1/reviews", by=person, headers=forged)
        elsewhere = send(served, "GET", "http://evil.example/v1/requests", by=person, headers=forged)

    assert (mine.status, mine.json) == (200, {"requests": []})
    assert (queue.status, queue.code) == (403, "not_for_this_role")
    assert (elsewhere.status, elsewhere.body) == (200, mine.body)


@pytest.mark.parametrize(
    "tail",
    [
        "%0a",
        "%0d%0a",
        "%00",
        "%20",
        "%2e%2e",
        "%2e%2e%2f",
        "/",
        "%2F",
        "%ff",
        ";a=1",
        ".json",
        "%250a",
        "/..",
        "%E2%80%8B",
        "#",
        "*",
    ],
)
def test_a_request_is_found_under_its_exact_path_only(served: World, tail: str) -> None:
    """H58."""
    person = served.somebody()
    mine = sent_json(served, "POST", "/v1/requests", BEGUN, by=person, key="mine").json["id"]
    assert send(served, "GET", f"/v1/requests/{mine}", by=person).status == 200

    with no_effect(served):
        answers = [send(served, "GET", f"/v1/requests/{mine}{tail}", by=person)] if tail != "#" else []
        answers += [send(served, "GET", f"/v1/requests/{mine.upper()}", by=person)]
        answers += [send(served, "GET", f"/v1/requests/{tail}{mine}", by=person)]

    assert {(answer.status, answer.code) for answer in answers} == {(404, "not_found")}


@pytest.mark.parametrize(
    "number", ["7000000001%0a", "%D9%A7%D9%A0000000001", "7000000001%20", "1000000008", "%00", "7" * 300]
)
def test_a_path_names_an_establishment_by_its_exact_number(served: World, number: str) -> None:
    noura = served.holding_a_token("noura")

    answer = send(served, "GET", f"/v1/employer/establishments/{number}/contributors", by=noura)

    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize(
    "method",
    ["TRACE", "PATCH", "HEAD", "CONNECT", "DELETE", "PUT", "PROPFIND", "get", "Post", "X", "TRACK", "LINK"],
)
def test_a_method_the_path_does_not_have_is_not_allowed(served: World, method: str) -> None:
    person = served.somebody()

    with no_effect(served):
        answer = send(served, method, "/v1/requests", by=person, headers=[JSON])

    assert answer.status == 405
    assert answer.headers["allow"] == "GET,POST,OPTIONS"
    assert answer.headers["content-type"] == "application/problem+json"
    assert method == "HEAD" or answer.code == "method_not_allowed"


@pytest.mark.parametrize("name", NAMES)
def test_every_path_says_which_methods_it_has(served: World, name: str) -> None:
    path = address_of(every_operation()[name])
    has = {each.method for each in every_operation().values() if address_of(each) == path}

    answers = {method: send(served, method, path) for method in ("PATCH", "TRACE", "HEAD")}
    preflight = send(served, "OPTIONS", path)

    assert {answer.status for answer in answers.values()} == {405}
    for answer in answers.values():
        assert set(answer.headers["allow"].split(",")) == has | {"OPTIONS"}
    assert preflight.status == 204
    assert set(preflight.headers["access-control-allow-methods"].split(",")) == has | {"OPTIONS"}


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Content-Type", "")],
        [("Content-Type", "text/plain")],
        [("Content-Type", "text/xml")],
        [("Content-Type", "application/x-www-form-urlencoded")],
        [("Content-Type", "multipart/form-data; boundary=x")],
        [("Content-Type", "application/json; charset=utf-16")],
        [("Content-Type", "application/json; charset=iso-8859-1")],
        [("Content-Type", "application/json-patch+json")],
        [("Content-Type", "application/jsonp")],
        [JSON, JSON],
        [JSON, ("Content-Encoding", "gzip")],
        [JSON, ("Content-Encoding", "br, identity")],
    ],
    ids=str,
)
def test_a_body_that_is_not_said_to_be_json_is_not_read(
    served: World, headers: list[tuple[str, str]]
) -> None:
    answer = begin(served, json.dumps(BEGUN).encode(), *headers)

    assert (answer.status, answer.code) == (415, "media_type_not_supported")


@pytest.mark.parametrize(
    "media", ["application/json", "Application/JSON;charset=UTF-8", 'application/json ; charset="utf-8"']
)
def test_json_is_said_in_any_of_its_spellings(served: World, media: str) -> None:
    person, body = served.somebody(), json.dumps(BEGUN).encode()
    headers = [("Idempotency-Key", "key-1"), ("Content-Type", media), ("Content-Encoding", "identity")]

    assert send(served, "POST", "/v1/requests", by=person, headers=headers, body=body).status == 201


def test_compressed_bytes_said_to_be_json_are_malformed(served: World) -> None:
    answer = begin(served, gzip.compress(json.dumps(BEGUN).encode()), JSON)

    assert (answer.status, answer.code) == (400, "malformed_body")


def test_where_no_body_is_taken_it_may_say_nothing(served: World) -> None:
    person = served.somebody()

    with no_effect(served):
        empty = sent_json(served, "GET", "/v1/requests", {}, by=person)
        said = sent_json(served, "GET", "/v1/requests", {"owner": "x"}, by=person)
        broken = sent_json(served, "GET", "/v1/requests", b"{", by=person)
        text = send(
            served, "GET", "/v1/requests", by=person, headers=[("Content-Type", "text/plain")], body=b"x"
        )

    assert [answer.status for answer in (empty, said, broken, text)] == [200, 422, 400, 415]
    assert [said.code, broken.code, text.code] == [
        "fields_not_accepted",
        "malformed_body",
        "media_type_not_supported",
    ]


@pytest.mark.parametrize(
    "tag",
    [
        "*",
        'W/"1"',
        "1",
        '"1", "2"',
        '"-1"',
        '"1',
        "'1'",
        '"٣"',
        '"' + "9" * 400 + '"',
        "\x01",
        '"1"x',
        '"00"',
    ],
)
def test_an_etag_that_is_not_the_one_read_is_stale(served: World, tag: str) -> None:
    person = served.somebody()
    begun = sent_json(served, "POST", "/v1/requests", BEGUN, by=person, key="mine").json["id"]

    with no_effect(served):
        answer = sent_json(
            served,
            "PUT",
            f"/v1/requests/{begun}/declaration",
            {"version": "1"},
            by=person,
            headers=[("If-Match", tag)],
        )
        twice = sent_json(
            served,
            "PUT",
            f"/v1/requests/{begun}/declaration",
            {"version": "1"},
            by=person,
            headers=[("If-Match", '"1"'), ("If-Match", '"1"')],
        )
        without = sent_json(served, "PUT", f"/v1/requests/{begun}/declaration", {"version": "1"}, by=person)

    assert (answer.status, answer.code) == (412, "if_match_stale")
    assert (twice.status, twice.code) == (412, "if_match_stale")
    assert (without.status, without.code) == (428, "if_match_missing")


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ([("X-Big", "a" * 9_000), ("X-Big-Too", "a" * 9_000)], b"", 431),
        ([("X-Big", "a" * 70_000)], b"", 431),
        ([(f"X-{number}", "1") for number in range(300)], b"", 431),
        ([("Content-Length", "5"), ("Transfer-Encoding", "chunked")], b"0\r\n\r\n", 400),
        ([("Content-Length", "5"), ("Content-Length", "6")], b"{}   ", 400),
        ([("Content-Length", "-1")], b"", 400),
        ([("Content-Length", "+5")], b"{}   ", 400),
        ([("Content-Length", "abc")], b"", 400),
        ([("Transfer-Encoding", "chunked, chunked")], b"0\r\n\r\n", 400),
        ([("Transfer-Encoding", "gzip")], b"", 400),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_is_hardly_http_is_answered_in_json(
    served: World, headers: list[tuple[str, str]], body: bytes, status: int
) -> None:
    answer = send(
        served, "GET", "/v1/requests", by=served.somebody(), headers=headers, body=body, length=False
    )

    assert (answer.status, answer.code) == (status, "request_refused")


@pytest.mark.parametrize("name", NAMES)
def test_whatever_an_operation_is_sent_it_answers_what_the_document_has(served: World, name: str) -> None:
    operation = every_operation()[name]
    somebody, path, needed = somebody_for(served, operation), address_of(operation), headers_for(operation)
    turki = served.holding_a_token("turki")
    attempts: list[dict[str, Any]] = [
        {"by": None},
        {"by": turki, "headers": [*needed, JSON], "body": b"{}"},
        {"by": somebody, "headers": [*needed, JSON], "body": b"{}"},
        {"by": somebody, "headers": [*needed, JSON], "body": b'{"a":1}'},
        {"by": somebody, "headers": [*needed, JSON], "body": b"["},
        {"by": somebody, "headers": [*needed, JSON], "body": b'"' + b"x" * 70_000 + b'"'},
        {"by": somebody, "headers": [JSON], "body": b"{}"},
        {"by": somebody, "headers": needed},
        {"by": somebody, "headers": [*needed, ("Content-Type", "text/xml")], "body": b"<a/>"},
        {"by": somebody, "headers": [*needed, JSON], "body": json.dumps(BODIES.get(name, {})).encode()},
    ]

    answers = [send(served, operation.method, path, **attempt) for attempt in attempts]

    documented = operation.refusal_statuses | {operation.status}
    assert {answer.status for answer in answers} <= documented - {500, 502, 503, 504}
    for answer in answers:
        assert answer.status == operation.status or answer.code
    if operation.roles is not None:
        assert answers[0].status == 401
    assert documented >= BEFORE_THE_FUNCTION
