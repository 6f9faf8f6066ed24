"""The body of an officer's decision on a case, as it is proven and as it is made."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.text import Note, Text
from ishtirak.kernel.value import Id, Value
from ishtirak.reviews.model import ReasonCode, Verdict


class Proven(Value):
    """What a decision that takes two people needs besides."""

    proof_id: Id | None = Field(
        default=None,
        description="From `POST /v1/decisions/proof`; needed where the decision takes two people",
    )


class CaseDecision(Value):
    """A decision. Returning and rejecting need a reason; a partial approval names the days approved."""

    verdict: Verdict
    reason_code: ReasonCode | None = None
    note: Note | None = None
    approved_from: CivilDate | None = Field(default=None, description="First day approved")
    approved_to: CivilDate | None = Field(default=None, description="Last day approved")
    governor_decision: Annotated[str, Text(3, 100)] | None = Field(
        default=None,
        description="The Governor's decision that allows correcting a wage after its month",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.verdict in (Verdict.RETURN, Verdict.REJECT) and self.reason_code is None:
            raise PydanticCustomError("decision_needs_a_reason", "A return or a rejection needs a reason")
        partial = self.verdict is Verdict.PARTIALLY_APPROVE
        if partial != (self.approved_from is not None and self.approved_to is not None):
            raise PydanticCustomError(
                "partial_needs_dates", "A partial approval, and only that, names the days approved"
            )
        return self
