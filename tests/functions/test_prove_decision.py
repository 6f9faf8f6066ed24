"""Proving a decision over HTTP: what is stated, what is refused, and the process dying around each call."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.prove_decision.handler import build
from functions.prove_decision.settings import Settings
from ishtirak.edge.http.api import Api
from tests.fakes.requests import CONTRIBUTOR, OFFICER, REQUEST, claimed
from tests.functions.access_world import World
from tests.functions.events import Answer, answer_of, call, sample
from tests.functions.scene import Killed, Scene, dying

APPROVAL = {"about_id": REQUEST, "review": {"verdict": "APPROVE"}}
CALLS_OF_PROOF = 5
"""The kept answer, the request, the try, its keyed hash, the transaction."""


class Proving(Scene):
    """The function, and a case an officer claimed."""

    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        self.api: Api = build(
            Settings(
                requests_table=cloud.requests,
                register_table=cloud.register,
                access_table=cloud.access,
                data_key_arn=cloud.data_key,
                mac_key_arn=cloud.mac_key,
                absher_secret_arn="arn:aws:secretsmanager:eu-central-1:000000000000:secret:absher",
            ),
            clock=self.clock,
        )
        self.holds(claimed())

    def call(self, path: str, body: Any, *, key: str = "key-1", by: Any = OFFICER) -> Answer:
        return call(self.api, "POST", f"/v1/decisions/{path}", body, key=key, by=by, language="en")

    def coded(self) -> dict[str, Any]:
        """The body of a proof, with the right code."""
        from ishtirak.adapters.aws.access_table import AccessTable
        from ishtirak.adapters.aws.mac import KmsMac
        from ishtirak.use_cases.send_code import code_of

        challenge_id = self.call("code", {"decision": APPROVAL}).json["challenge_id"]
        challenge = AccessTable(self.cloud.access).find(challenge_id)
        assert challenge is not None
        code = code_of(challenge, mac=KmsMac(self.cloud.mac_key))
        return {"decision": APPROVAL, "kind": "SMS", "challenge_id": challenge_id, "code": code}

    def proofs(self) -> int:
        return sum(item["pk"].startswith("PROOF#") for item in self.cloud.items(self.cloud.access))


@pytest.fixture
def scene(cloud: World) -> Proving:
    return Proving(cloud)


def code_of_answer(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_only_the_authority_proves_decisions(scene: Proving) -> None:
    answers = [scene.call(path, {"decision": APPROVAL}, by=CONTRIBUTOR) for path in ("code", "proof")]

    assert [code_of_answer(answer) for answer in answers] == [(403, "not_for_this_role")] * 2


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        ({"about_id": REQUEST}, "/decision"),
        ({**APPROVAL, "approval": {"approved": True, "decision_id": REQUEST}}, "/decision"),
        ({"about_id": REQUEST, "review": {"verdict": "REJECT"}}, "/decision/review"),
        (
            {"about_id": REQUEST, "review": {"verdict": "APPROVE", "proof_id": REQUEST}},
            "/decision/review/proof_id",
        ),
        ({"about_id": "other", "review": {"verdict": "APPROVE"}}, "/decision/about_id"),
    ],
)
def test_exactly_one_whole_decision_is_stated(scene: Proving, decision: dict[str, Any], pointer: str) -> None:
    answer = scene.call("code", {"decision": decision})

    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    "decision",
    [
        {"waiver": {"percent": 50, "reason_code": "OTHER", "note": "An error of ours"}},
        {
            "instalments": {
                "count": 3,
                "first_due_on": "2026-12-20",
                "guarantee": "G-77",
                "reason_code": "OTHER",
                "note": "An error of ours",
            }
        },
        {"extension": {"reason_code": "OTHER", "note": "An error of ours"}},
        {"approval": {"approved": True, "decision_id": REQUEST}},
    ],
)
def test_a_bill_that_is_not_there_is_decided_by_nobody(scene: Proving, decision: dict[str, Any]) -> None:
    stated = {"decision": {"about_id": REQUEST, **decision}}

    assert code_of_answer(scene.call("code", stated)) == (404, "not_found")
    assert code_of_answer(scene.call("proof", {**stated, "kind": "TOTP", "code": "287082"})) == (
        404,
        "not_found",
    )


def test_a_proof_asked_for_again_under_its_key_is_the_same_proof(scene: Proving) -> None:
    body = scene.coded()

    first, again = scene.call("proof", body, key="key-2"), scene.call("proof", body, key="key-2")
    other = scene.call("proof", body, key="key-3")

    assert (first.status, first.text) == (201, again.text)
    assert code_of_answer(other) == (401, "code_not_accepted")
    assert scene.proofs() == 1


def test_a_proof_takes_as_many_calls_as_said(scene: Proving) -> None:
    body = scene.coded()

    with scene.cloud.traced() as calls:
        assert scene.call("proof", body, key="key-2").status == 201

    assert calls == [
        "dynamodb.GetItem",
        "dynamodb.GetItem",
        "dynamodb.UpdateItem",
        "kms.GenerateMac",
        "dynamodb.TransactWriteItems",
    ]
    assert len(calls) == CALLS_OF_PROOF


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, CALLS_OF_PROOF + 1))
def test_dying_anywhere_leaves_one_proof_for_who_asks_again(scene: Proving, at: int, after: bool) -> None:
    body = scene.coded()

    with dying(at, after=after), pytest.raises(Killed):
        scene.call("proof", body, key="key-2")
    answer = scene.call("proof", body, key="key-2")

    assert answer.status == 201
    assert scene.proofs() == 1


@pytest.mark.parametrize("name", ["issue_decision_code", "prove_decision"])
def test_the_sample_events_are_answered(scene: Proving, name: str) -> None:
    answer = answer_of(scene.api, sample("prove_decision", name))

    assert answer.status in (202, 404)
    assert json.loads(answer.text)
    assert Path(f"functions/prove_decision/events/{name}.json").exists()
