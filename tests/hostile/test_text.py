"""A text is what a reader sees: one form for each, nothing hidden in it, and one line of the log for whatever it holds
(H36, H60).
"""

import json
import unicodedata
from typing import Any

import pytest

from local.client import Person
from tests.flows.world import World, period
from tests.hostile.effects import no_effect
from tests.hostile.wire import Told, send, sent_json

BEGUN = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}
INJECTED = '\r\n{"level":"ERROR","message":"injected"}'
HIDDEN = {
    "zero width space": "a reason\u200b",
    "zero width joiner": "a rea\u200dson",
    "zero width non-joiner": "سبب\u200cمقبول",
    "word joiner": "a rea\u2060son",
    "byte order mark": "\ufeffa reason",
    "right-to-left override": "paid \u202e000,1",
    "right-to-left embedding": "\u202ba reason\u202c",
    "isolate": "\u2067a reason\u2069",
    "left-to-right mark": "a reason\u200e",
    "arabic letter mark": "سبب\u061c",
    "soft hyphen": "a rea\u00adson",
    "tag": "a reason\U000e0061",
    "language tag": "\U000e0001a reason",
    "variation selector": "a reason\ufe0f",
    "hangul filler": "a reason\u3164",
    "braille blank": "a reason\u2800",
    "private use": "a reason\ue000",
    "unassigned": "a reason\u0378",
    "line separator": "a reason\u2028other",
    "paragraph separator": "a reason\u2029other",
    "tab": "a\treason",
}
BLANK = {
    "spaces": "     ",
    "no-break spaces": "\u00a0\u00a0\u00a0",
    "ideographic spaces": "\u3000\u3000\u3000",
    "line breaks": "\n\n\n\n",
    "tatweel": "ـــــ",
    "marks": "\u064b\u064c\u064d\u0650",
    "dots": ".....",
}
CONTROL = {
    "log line": f"a reason{INJECTED}",
    "escape": "a reason\x1b[31m",
    "null": "a reason\x00",
    "bell": "a reason\x07",
    "next line": "a reason\u0085",
    "backspace": "a reason\b\b",
}


@pytest.fixture(scope="module")
def draft(served: World) -> tuple[Person, str]:
    person = served.somebody()
    return person, sent_json(served, "POST", "/v1/requests", BEGUN, by=person, key="draft").json["id"]


def saved(served: World, draft: tuple[Person, str], reason: str, *, etag: str = '"1"') -> Told:
    person, request_id = draft
    path = f"/v1/requests/{request_id}/data"
    return sent_json(served, "PUT", path, period(reason=reason), by=person, headers=[("If-Match", etag)])


@pytest.mark.parametrize("reason", HIDDEN.values(), ids=HIDDEN.keys())
def test_a_text_with_something_hidden_is_refused(
    served: World, draft: tuple[Person, str], reason: str
) -> None:
    answer = saved(served, draft, reason)

    assert (answer.status, answer.pointers) == (422, {"/reason": "text_character"})


@pytest.mark.parametrize("reason", BLANK.values(), ids=BLANK.keys())
def test_a_text_that_says_nothing_is_refused(served: World, draft: tuple[Person, str], reason: str) -> None:
    answer = saved(served, draft, reason)

    assert (answer.status, answer.pointers) == (422, {"/reason": "text_blank"})


@pytest.mark.parametrize("reason", CONTROL.values(), ids=CONTROL.keys())
def test_a_control_character_is_malformed_before_any_field_is_read(
    served: World, draft: tuple[Person, str], reason: str
) -> None:
    answer = saved(served, draft, reason)

    assert (answer.status, answer.code) == (400, "malformed_body")


def test_no_refused_text_had_an_effect(served: World, draft: tuple[Person, str]) -> None:
    with no_effect(served):
        for reason in (*HIDDEN.values(), *BLANK.values(), *CONTROL.values(), "ab", "a" * 501, " ab "):
            assert saved(served, draft, reason).status in (400, 422)


def test_a_text_is_kept_in_its_one_form(served: World) -> None:
    person = served.somebody()
    request_id = sent_json(served, "POST", "/v1/requests", BEGUN, by=person, key="draft").json["id"]
    typed = unicodedata.normalize("NFD", "  آذار\u00a0وأيلول — é\nسطر ثانٍ\n")
    wanted = unicodedata.normalize("NFC", "آذار وأيلول — é\nسطر ثانٍ")

    kept = saved(served, (person, request_id), typed)
    again = saved(served, (person, request_id), wanted, etag=kept.headers["etag"])

    assert (kept.status, again.status) == (200, 200)
    assert kept.json["data"]["reason"] == again.json["data"]["reason"] == wanted
    assert person.request(request_id)["data"]["reason"] == wanted
    stored = json.dumps(served.cloud.client("dynamodb").scan(TableName=_requests_table(served))["Items"])
    assert json.dumps(typed)[1:-1] not in stored


def test_a_length_is_counted_in_the_form_that_is_kept(served: World, draft: tuple[Person, str]) -> None:
    longest = unicodedata.normalize("NFD", "é" * 500)

    assert len(longest) == 1_000
    assert saved(served, draft, longest + "x").pointers == {"/reason": "too_long"}
    assert saved(served, draft, longest).status == 200


def test_one_line_is_one_line(served: World) -> None:
    """A user name has no second line; a reason may."""
    answer = send(
        served,
        "POST",
        "/v1/sign-in",
        headers=[("Content-Type", "application/json")],
        body=json.dumps({"username": "majid\nroot", "password": "x"}).encode(),
    )

    assert (answer.status, answer.pointers) == (422, {"/username": "text_line_break"})


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("\u200b\ufeff.pdf", "pdf.pdf"),
        ("\u200b\ufeff", "document.pdf"),
        (unicodedata.normalize("NFD", "كشفُ آذار.pdf"), "كشفُ آذار.pdf"),
        ("a\U000e0061\u3164b.pdf", "ab.pdf"),
        ("C:\\payslips\\may.pdf", "may.pdf"),
    ],
)
def test_a_file_name_is_cleaned_and_names_nothing_stored(served: World, typed: str, shown: str) -> None:
    """H36: nobody types the name of a file, so what is hidden in one is dropped."""
    person = served.somebody()
    request_id = sent_json(served, "POST", "/v1/requests", BEGUN, by=person, key="draft").json["id"]
    assert saved(served, (person, request_id), "a reason").status == 200
    kind = person.request(request_id)["required_documents"][0]

    declared = person.declare(request_id, kind, typed, b"%PDF-1.7 content").expect(201).body

    assert person.document(request_id, declared["document_id"])["file_name"] == unicodedata.normalize(
        "NFC", shown
    )
    assert typed not in json.dumps(declared, ensure_ascii=False)


def test_whatever_is_sent_the_log_has_one_line_of_ours_for_it(
    served: World, draft: tuple[Person, str]
) -> None:
    """H60: in every place a request has, in bytes and in escapes."""
    person, _ = draft
    mark = "canary-injected"
    hostile = f'{mark}\r\n{{"level":"ERROR","message":"{mark}"}}\x1b[2J'
    quoted = "".join(f"%{byte:02x}" for byte in hostile.encode())
    before = len(_lines(served))

    saved(served, draft, hostile)
    saved(served, draft, hostile.replace("\r", "").replace("\x1b", ""))
    for target in (f"/v1/requests/{quoted}", f"/v1/requests?{quoted}=1", f"/v1/requests?limit={quoted}"):
        send(served, "GET", target, by=person)
    escaped: Any = hostile.replace("\r\n", "\\r\\n").replace("\x1b", "\\u001b")
    for header in (
        "User-Agent",
        "Idempotency-Key",
        "If-Match",
        "Accept-Language",
        "X-Amzn-Trace-Id",
        "Origin",
    ):
        send(served, "POST", "/v1/requests", by=person, headers=[(header, escaped)], body=b"")
    sent_json(served, "POST", "/v1/requests", BEGUN | {hostile: hostile}, by=person, key="key-1")
    served.quiet()

    lines = _lines(served)[before:]
    assert len(lines) >= 5
    for line in lines:
        said = json.loads(line)
        assert said["level"] in ("INFO", "WARNING"), line
        assert mark not in line


def _lines(world: World) -> list[str]:
    return [line for line in world.logged().splitlines() if line.strip()]


def _requests_table(world: World) -> str:
    tables = world.cloud.client("dynamodb").list_tables()["TableNames"]
    return str(next(name for name in tables if "Requests" in name))
