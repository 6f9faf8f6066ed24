"""One key, one request: what is the same request, what is another one, and what is no key (H53)."""

import json
import unicodedata
from typing import Any

import pytest

from local.client import eventually
from local.demo.acts import submit_request
from tests.flows.world import World, period
from tests.hostile.effects import COUNTERS, no_effect
from tests.hostile.wire import Told, send, sent_json

BEGUN = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}
NOTE = "لم يُؤدِّ أيَّ عملٍ في آذار — é"


def begin(world: World, person: Any, body: Any, *, key: str, **more: Any) -> Told:
    return sent_json(world, "POST", "/v1/requests", body, by=person, key=key, **more)


@pytest.mark.parametrize(
    "again",
    [
        b'{"system":"SOCIAL_INSURANCE","kind":"ADD"}',
        b'\n{ "kind" :\t"ADD" ,\r\n "system" : "SOCIAL_INSURANCE" }\n',
        rb'{"\u006bind":"\u0041DD","system":"SOCIAL\u005fINSURANCE"}',
    ],
    ids=["other order", "white space", "escapes"],
)
def test_the_same_request_written_otherwise_gets_the_same_answer(served: World, again: bytes) -> None:
    person = served.somebody()
    first = begin(served, person, BEGUN, key="the-key")

    with no_effect(served):
        second = begin(served, person, again, key="the-key")

    assert first.status == 201
    assert (second.status, second.body) == (201, first.body)


def test_a_note_composed_or_decomposed_is_one_note(served: World) -> None:
    request_id = submit_request(served.somebody(), "SOCIAL_INSURANCE", period())
    noura = served.holding_a_token("noura")
    path = f"/v1/employer/claims/{request_id}/response"
    eventually(
        lambda: noura.ask("GET", f"/v1/employer/claims/{request_id}").status == 200 or None, "the claim"
    )
    composed, decomposed = (
        {"answer": "OBJECT", "note": unicodedata.normalize(form, NOTE)} for form in ("NFC", "NFD")
    )
    assert composed != decomposed

    first = noura.ask("POST", path, decomposed, key="objection").expect(200)
    with no_effect(served):
        second = noura.ask("POST", path, composed, key="objection").expect(200)

    assert second.body == first.body
    assert first.body["reply"]["note"] == composed["note"]


def test_other_content_under_a_used_key_is_refused_without_effect(served: World) -> None:
    person = served.somebody()
    first = begin(served, person, BEGUN, key="used").json["id"]
    second = begin(served, person, BEGUN, key="another").json["id"]
    assert first != second

    with no_effect(served):
        other_body = begin(served, person, {**BEGUN, "system": "CIVIL_PENSION"}, key="used")
        assert (other_body.status, other_body.code) == (422, "idempotency_key_reused")

    withdrawn = person.ask("POST", f"/v1/requests/{first}/withdrawal", key="used").expect(200)
    with no_effect(served):
        person.ask("POST", f"/v1/requests/{second}/withdrawal", key="used").expect(
            422, "idempotency_key_reused"
        )
        again = person.ask("POST", f"/v1/requests/{first}/withdrawal", {}, key="used").expect(200)
    assert again.body == withdrawn.body


def test_anothers_same_key_is_another_key(served: World) -> None:
    one, other = served.somebody(), served.somebody()

    mine = begin(served, one, BEGUN, key="shared")
    theirs = begin(served, other, BEGUN, key="shared")

    assert (mine.status, theirs.status) == (201, 201)
    assert mine.json["id"] != theirs.json["id"]


def test_a_key_in_the_quotes_of_a_structured_field_is_the_same_key(served: World) -> None:
    person = served.somebody()
    first = begin(served, person, BEGUN, key='8e03978e\\"40d5')

    with no_effect(served):
        second = begin(served, person, BEGUN, key='"8e03978e\\\\\\"40d5"')

    assert (first.status, second.status, second.body) == (201, 201, first.body)


@pytest.mark.parametrize("key", ["k" * 255, "!", "~", '"' + "k" * 255 + '"'])
def test_a_key_has_up_to_255_visible_characters(served: World, key: str) -> None:
    assert begin(served, served.somebody(), BEGUN, key=key).status == 201


@pytest.mark.parametrize(
    "key",
    [
        "k" * 256,
        "a b",
        "مفتاح",
        "k\x7f",
        "k\x01",
        "k\u00e9",
        '"k',
        '"k";a=1',
        '""',
        '"a b"',
        '"' + "k" * 256 + '"',
        r'"a\b"',
        "a, b",
    ],
)
def test_what_is_no_key_is_refused_without_effect(served: World, key: str) -> None:
    person = served.somebody()

    with no_effect(served):
        answer = begin(served, person, BEGUN, key=key)

    assert (answer.status, answer.code) == (400, "bad_request")


def test_no_key_an_empty_one_and_two_are_refused_without_effect(served: World) -> None:
    person, body = served.somebody(), json.dumps(BEGUN).encode()
    media = ("Content-Type", "application/json")

    with no_effect(served):
        answers = [
            send(served, "POST", "/v1/requests", by=person, headers=[media, *keys], body=body)
            for keys in (
                [],
                [("Idempotency-Key", "")],
                [("Idempotency-Key", "one"), ("Idempotency-Key", "two")],
                [("Idempotency-Key", "one"), ("idempotency-key", "one")],
            )
        ]

    assert [(answer.status, answer.code) for answer in answers] == [
        (400, "idempotency_key_missing"),
        (400, "idempotency_key_missing"),
        (400, "bad_request"),
        (400, "bad_request"),
    ]


def test_a_version_beside_a_key_changes_nothing_where_none_is_asked_for(served: World) -> None:
    """`If-Match` means something to PUT and DELETE alone (0065); a POST that sends one is the same POST."""
    person = served.somebody()
    first = begin(served, person, BEGUN, key="with-a-version", headers=[("If-Match", '"1"')])

    with no_effect(served, but=COUNTERS):
        second = begin(served, person, BEGUN, key="with-a-version", headers=[("If-Match", '"2"')])

    assert (first.status, second.status, second.body) == (201, 201, first.body)
