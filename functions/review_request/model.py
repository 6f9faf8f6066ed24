"""What review_request takes and gives over HTTP."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.edge.views.requests import EstimateView, RequestView, TimelineEntry
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.insurance import System
from ishtirak.requests.model import RequestState, Step, WaitOutcome


class Message(BaseModel):
    """A body or an answer; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Verdict(StrEnum):
    """What an officer may decide."""

    APPROVE = "APPROVE"
    PARTIALLY_APPROVE = "PARTIALLY_APPROVE"
    RETURN = "RETURN"
    REJECT = "REJECT"


class ReasonCode(StrEnum):
    """Why a request is returned or rejected; each has its text in both languages."""

    DOCUMENTS_INSUFFICIENT = "DOCUMENTS_INSUFFICIENT"
    DATES_NOT_PROVED = "DATES_NOT_PROVED"
    WAGE_NOT_PROVED = "WAGE_NOT_PROVED"
    NOT_EMPLOYED = "NOT_EMPLOYED"
    EMPLOYER_OBJECTION_UPHELD = "EMPLOYER_OBJECTION_UPHELD"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"


class DecisionMade(Message):
    """A decision. Returning and rejecting need a reason; a partial approval names the days approved."""

    verdict: Verdict
    reason_code: ReasonCode | None = None
    note: str | None = Field(default=None, min_length=3, max_length=1000)
    approved_from: CivilDate | None = Field(default=None, description="First day approved")
    approved_to: CivilDate | None = Field(default=None, description="Last day approved")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.verdict in (Verdict.RETURN, Verdict.REJECT) and self.reason_code is None:
            raise PydanticCustomError("decision_needs_a_reason", "A return or a rejection needs a reason")
        partial = self.verdict is Verdict.PARTIALLY_APPROVE
        if partial != (self.approved_from is not None and self.approved_to is not None):
            raise PydanticCustomError(
                "partial_needs_dates", "A partial approval, and only that, names the days approved"
            )
        return self


class Resumption(Message):
    """Where a request that stood still is to go on."""

    step: Step = Field(description="REVIEW: an officer decides anew; POSTING: the approval stands, post it")


class QueueEntry(Message):
    """Where a request stands: as an entry of the queue, and as the answer to whoever moved it."""

    request_id: str
    reference: str | None
    system: System
    state: RequestState
    state_text: str
    due_at: str | None = Field(description="UTC; earliest first")
    claimed: bool
    claimed_by_me: bool
    overdue: bool
    failure: str | None
    decided: WaitOutcome | None = Field(description="The decision that stands")


class Queue(Message):
    """What waits for the authority, earliest deadline first."""

    entries: list[QueueEntry]


class Case(Message):
    """A request as an officer sees it: the person by masked identity number."""

    request: RequestView
    worker: str = Field(description="Masked identity number")
    establishment_name: str
    estimate_today: EstimateView | None = Field(description="What it comes to with the register as it is now")
    timeline: list[TimelineEntry]


class DocumentLink(Message):
    """A document, for a minute. It downloads; it never opens inside the page."""

    url: str
    expires_at: str
