"""A request and what it is made of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System, WorkType
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.text import Text
from ishtirak.kernel.value import Value
from ishtirak.kernel.wage import WageLine


class RequestKind(StrEnum):
    """What is asked for: a period to be added, or a recorded one to be amended."""

    ADD = "ADD"
    AMEND = "AMEND"


class RequestState(StrEnum):
    """Where a request stands. Every failure and every missed deadline is one of these."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    WITH_EMPLOYER = "WITH_EMPLOYER"
    UNDER_REVIEW = "UNDER_REVIEW"
    SECOND_REVIEW = "SECOND_REVIEW"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    BILLED = "BILLED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


EDITABLE = frozenset({RequestState.DRAFT, RequestState.RETURNED})
CLOSED = frozenset({RequestState.BILLED, RequestState.REJECTED, RequestState.WITHDRAWN, RequestState.EXPIRED})


class ClaimedWageLine(WageLine):
    """The monthly wage (الأجر الخاضع للاشتراك) over a range of months, in halalas."""

    first_month: Month = Field(description="First month of the range, YYYY-MM")
    last_month: Month = Field(description="Last month of the range, YYYY-MM")
    basic: Halalas = Field(ge=0, le=10**9, description="Basic wage a month, halalas")
    housing: Halalas = Field(
        default=Halalas(0), ge=0, le=10**9, description="Cash housing allowance a month, halalas"
    )
    housing_in_kind: bool = Field(default=False, description="Housing given in kind instead of cash")
    commission: Halalas = Field(default=Halalas(0), ge=0, le=10**9, description="Commission a month, halalas")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_month < self.first_month:
            raise PydanticCustomError(
                "period_order", "A range of months ends in or after the month it starts"
            )
        return self


class PeriodData(Value):
    """What the person says about the period (بيانات المدة)."""

    establishment: EstablishmentNumber = Field(
        description="Unified establishment number, ten digits starting with 7"
    )
    starts_on: CivilDate = Field(description="First day of service, in the calendar typed")
    ends_on: CivilDate = Field(description="Last day of service, in the calendar typed")
    continues: bool = Field(
        default=False,
        strict=True,
        description="An amendment of a service that goes on: what is recorded after the last day stays as it is",
    )
    occupation_code: str = Field(
        pattern=r"^[0-9]{4,6}$", description="Occupation, Saudi Standard Classification"
    )
    work_type: WorkType = Field(description="How the work was contracted")
    wage_lines: tuple[ClaimedWageLine, ...] = Field(
        min_length=1, max_length=60, description="The wage, range by range"
    )
    reason: Annotated[str, Text(3, 500, lines=True)] = Field(
        description="Why the period was not recorded in time"
    )
    late_wage_correction: bool = Field(
        default=False,
        strict=True,
        description="Asks the Governor to allow the correction of a recorded wage after its month (regulation art. 21)",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on.gregorian() < self.starts_on.gregorian():
            raise PydanticCustomError("period_order", "A period ends on or after the day it starts")
        return self


class Attachment(Value):
    """A document the person attached (المستندات).

    What it is, bound by its SHA-256; how its inspection went is kept with it.
    """

    id: str
    kind: str
    name: str
    content_type: str
    size: int
    sha256: str


class WaivedDocument(Value):
    """A document the case would need and this person need not attach: the known fact, and where it says so."""

    kind: str
    fact: str
    source: str


class Declaration(Value):
    """The declaration (الإقرار) the person accepted: which text, and when (UTC)."""

    version: str
    accepted_at: str


class Party(StrEnum):
    """Who a request waits for."""

    EMPLOYER = "EMPLOYER"
    OFFICER = "OFFICER"
    SUPERVISOR = "SUPERVISOR"
    CONTRIBUTOR = "CONTRIBUTOR"


class Wait(Value):
    """An open wait: for whom, until when (UTC). Its id names the workflow's task token, kept apart from the request."""

    id: str
    party: Party
    until: str


class Step(StrEnum):
    """Where a request that stood still goes on."""

    REVIEW = "REVIEW"
    POSTING = "POSTING"


class WaitOutcome(StrEnum):
    """How a wait ended; the workflow chooses its next state by it."""

    CONFIRMED = "CONFIRMED"
    OBJECTED = "OBJECTED"
    NO_REPLY = "NO_REPLY"
    APPROVED = "APPROVED"
    NEEDS_SECOND = "NEEDS_SECOND"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    RESUBMITTED = "RESUBMITTED"
    WITHDRAWN = "WITHDRAWN"
    OVERDUE = "OVERDUE"
    EXPIRED = "EXPIRED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


class EmployerReply(Value):
    """What the employer said of the period, or that no reply came."""

    outcome: WaitOutcome
    note: str | None = None
    by: str
    at: str


class ReviewDecision(Value):
    """A decision of the authority: who, when, why; for a partial approval the days approved.

    `governor_decision` names the Governor's decision that allows a late wage correction (regulation art. 21).
    """

    outcome: WaitOutcome
    by: str
    desk: Party | None = None
    """The desk it was taken at; None for one of before this was kept."""
    at: str
    reason_code: str | None = None
    note: str | None = None
    approved_from: CivilDate | None = None
    approved_to: CivilDate | None = None
    governor_decision: str | None = None


REFUSED_FILES: Final = 20
"""How many refused files a request remembers: an item of the table has a bounded size."""


class Request(Value):
    """A request (طلب إضافة مدة اشتراك). It changes only by `rules`; `version` grows with every change.

    `owner` is a person id. `estimate` is the assessment last shown to the person, as JSON. One that was ever submitted
    is a `SubmittedRequest`.
    """

    id: str
    owner: str
    kind: RequestKind
    system: System
    state: RequestState
    version: int
    chain: Chain = Chain()
    created_at: str
    updated_at: str
    amends: str | None = None
    data: PeriodData | None = None
    sector: str | None = None
    required_documents: tuple[str, ...] = ()
    waived_documents: tuple[WaivedDocument, ...] = ()
    estimate: dict[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()
    refused_files: tuple[str, ...] = ()
    """SHA-256 of the files that were refused for what they are and taken back: the last `REFUSED_FILES`."""
    declaration: Declaration | None = None
    reference: str | None = None
    submitted_at: str | None = None
    """The first time; it dates the request."""
    resubmitted_at: str | None = None
    signed_digest: str | None = None
    wait: Wait | None = None
    employer_asked: bool = False
    """Since it was last submitted; it stays so when the wait ends without a reply."""
    employer_reply: EmployerReply | None = None
    replied_by: tuple[str, ...] = ()
    """Everybody who ever answered for an employer, in any round: none of them decides it for the authority."""
    claimed_by: str | None = None
    claimed_at: str | None = None
    decisions: tuple[ReviewDecision, ...] = ()
    overdue: bool = False
    failure: str | None = None
    runs: int = 1
    """How many runs of the workflow it has had; the second is named after the request and this number."""
    bill_id: str | None = None

    @property
    def aggregate(self) -> Aggregate:
        return Aggregate(AggregateKind.REQUEST, self.id)

    @property
    def decision(self) -> ReviewDecision | None:
        """The decision that stands: the last one."""
        return self.decisions[-1] if self.decisions else None


class SubmittedRequest(Request):
    """A request that was submitted at least once: its data, reference, date and signed digest are always there."""

    data: PeriodData
    reference: str
    submitted_at: str
    signed_digest: str


def read_request(text: str) -> Request:
    """The request a store kept as JSON, by its own type."""
    request = Request.model_validate_json(text)
    return SubmittedRequest.model_validate(dict(request)) if request.submitted_at else request


@dataclass(frozen=True)
class RequestChange[After: Request = Request]:
    """One change of a request: how it was, how it is, and its events. `token` belongs to a wait just opened."""

    before: Request | None
    after: After
    events: tuple[Event, ...]
    token: str | None = None


@dataclass(frozen=True)
class SigningDigest:
    """The exact content a person signs: the digest covers data, documents and the declaration's version."""

    digest: str
    version: int

    @property
    def for_code(self) -> str:
        """What a code is bound to: this content in this version of the request, so that an edit ends the code for
        good, even when another edit brings the content back.
        """
        return f"{self.digest}.{self.version}"


def signing_digest(request: Request) -> SigningDigest:
    """What a person signs with the code. Any change here makes the code invalid."""
    content = {
        "request": request.id,
        "owner": request.owner,
        "kind": request.kind.value,
        "system": request.system.value,
        "amends": request.amends,
        "data": request.data.model_dump(mode="json") if request.data else None,
        "documents": [
            attachment.model_dump(mode="json")
            for attachment in sorted(request.attachments, key=lambda attachment: attachment.id)
        ],
        "declaration": request.declaration.version if request.declaration else None,
    }
    return SigningDigest(digest=digest(content), version=request.version)
