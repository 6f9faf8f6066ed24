"""What prove_decision takes and gives over HTTP.

A decision is stated as it will be made: with the very body its own operation takes, without the proof.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.views.bill_decisions import Approval, Extension, Plan, Waiver
from ishtirak.edge.views.codes import CodeIssued
from ishtirak.edge.views.decisions import CaseDecision
from ishtirak.factors.model import FactorKind
from ishtirak.factors.proofs import Proof
from ishtirak.kernel.value import AsTyped, Id, Value

_ACTS: Mapping[str, str] = {
    "review": "decide_case",
    "waiver": "waive_fines",
    "instalments": "grant_instalments",
    "extension": "extend_counting",
    "approval": "answer_decision",
}
"""The operation that makes each decision."""


class ApprovalOfDecision(Approval):
    """The answer to a proposed decision, and which one."""

    decision_id: Id


class DecisionToProve(Value):
    """Exactly one decision, about the request or the bill `about_id`."""

    about_id: Id = Field(description="The request of a review, the bill of any other decision")
    review: CaseDecision | None = None
    waiver: Waiver | None = None
    instalments: Plan | None = None
    extension: Extension | None = None
    approval: ApprovalOfDecision | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self._stated()) != 1:
            raise PydanticCustomError("one_decision", "State exactly one decision")
        return self

    @property
    def act(self) -> str:
        (name,) = self._stated()
        return _ACTS[name]

    @property
    def content(self) -> Mapping[str, Any]:
        (body,) = self._stated().values()
        return dict(body)

    def _stated(self) -> dict[str, Value]:
        given: dict[str, Value | None] = {name: getattr(self, name) for name in _ACTS}
        return {name: body for name, body in given.items() if body is not None}


class DecisionCodeWish(Value):
    """For which decision a code is asked."""

    decision: DecisionToProve


class ProofOfDecision(Value):
    """The decision, and what proves who makes it: the code sent for it, or one of an authenticator app."""

    decision: DecisionToProve
    kind: Literal[FactorKind.SMS, FactorKind.TOTP]
    code: Annotated[str, AsTyped(16)] = Field(description="Six digits, Western or Arabic-Indic")
    challenge_id: Id | None = Field(default=None, description="Of the SMS, where the code is from one")


class ProofGiven(Value):
    """Good for this decision alone, once, until it is old."""

    proof_id: str = Field(description="Sent with the decision")
    expires_at: datetime


ISSUE_DECISION_CODE = post(
    "/v1/decisions/code",
    summary="Ask for the code that proves a decision",
    description="For decisions that take two people: approvals above a sum, waivers and plans above a sum.",
    takes=DecisionCodeWish,
    gives=CodeIssued,
    status=202,
    refusals=(404, 429, 503),
)
PROVE_DECISION = post(
    "/v1/decisions/proof",
    summary="Prove who makes a decision",
    description="By the code sent for exactly this decision, or by one of an authenticator app.",
    takes=ProofOfDecision,
    gives=ProofGiven,
    status=201,
    refusals=(404, 429, 503),
)


def proven(proof: Proof, call: Call[Any]) -> Reply[ProofGiven]:
    """The proof, by its id."""
    return Reply(ProofGiven(proof_id=proof.id, expires_at=proof.expires_at))
