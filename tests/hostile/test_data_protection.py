"""What may be learnt from an address, a cache or an answer that was meant for somebody else."""

from typing import Any

from tests.flows.evidence import Canaries
from tests.flows.world import World

IN_ADDRESSES = {
    "after",
    "as_of",
    "bill_id",
    "certificate_code",
    "challenge_id",
    "contributor_id",
    "decision_id",
    "delegation_id",
    "document_id",
    "limit",
    "month",
    "nationality",
    "number",
    "official_id",
    "queue",
    "request_id",
    "session_id",
    "sort",
    "state",
    "system",
}
"""Random ids, positions in lists, choices and days; `number` is an establishment's, which is published."""


def parameters(world: World) -> list[dict[str, Any]]:
    paths = world.cloud.openapi()["paths"]
    return [
        parameter
        for item in paths.values()
        for operation in item.values()
        for parameter in operation.get("parameters", ())
    ]


def test_no_path_or_query_takes_personal_data(world: World) -> None:
    in_addresses = {one["name"] for one in parameters(world) if one["in"] in ("path", "query")}

    assert in_addresses
    assert in_addresses <= IN_ADDRESSES


def test_a_link_to_a_document_tells_nobodys_name_or_number(world: World) -> None:
    majid = world.signed_in("majid")
    draft = majid.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}).expect(201)
    declared = majid.declare(draft.body["id"], "SUPPORTING_DOCUMENT", "ماجد المثال.pdf", b"%PDF-1.7")

    upload = declared.expect(201).body["upload"]
    assert Canaries.of(world).in_text(f"{upload['url']} {upload['fields']['key']}") == []


def test_every_answer_is_for_nobody_elses_cache_and_no_browser_to_guess(world: World) -> None:
    majid = world.signed_in("majid")

    answers = [majid.ask("GET", path) for path in ("/v1/requests", "/v1/me/periods", "/v1/nothing/here")]

    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_answer_says_what_made_it(world: World) -> None:
    answer = world.signed_in("majid").ask("GET", "/v1/requests").expect(200)

    for name in ("Server", "X-Powered-By", "X-AspNet-Version", "Via"):
        assert name not in answer.headers
