"""What edit_request takes and gives over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from ishtirak.billing.model import BillRow
from ishtirak.documents.labels import label
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post, put
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.texts import cited, text
from ishtirak.edge.views.requests import RequestList, RequestView, Timeline, timeline_of, view_of
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.value import Id, Value
from ishtirak.requests.model import PeriodData, Request, RequestKind
from ishtirak.use_cases.read_requests import BilledRequest, RequestHistory
from ishtirak.use_cases.read_service import Service
from ishtirak.use_cases.save_data import AssessedRequest


class NewRequest(Value):
    """Which service for which system."""

    kind: RequestKind = Field(description="ADD a period, or AMEND a recorded one")
    system: System
    amends: Id | None = Field(default=None, description="For AMEND: the id of the recorded period")


class AcceptedDeclaration(Value):
    """The declaration, read and accepted."""

    version: Annotated[str, Field(pattern="^[A-Za-z0-9._-]{1,20}$")] = Field(
        description="The version of the text that was read"
    )


class DocumentFact(Value):
    """A kind of document a case may need."""

    kind: str
    label: str
    satisfied_by: list[str] = Field(description="Known facts that make the file unnecessary, any of them")
    satisfied_by_texts: list[str] = Field(description="The same, in the reader's language")
    source: str
    assumed: bool


class CaseFact(Value):
    """One case and its documents."""

    system: System
    sector: str
    case: RequestKind
    documents: list[DocumentFact]


class DeclarationFact(Value):
    version: str
    text: str


class ServiceFacts(Value):
    """Everything a person wants to know before they begin."""

    name: str
    who: str
    takes: str
    answered_in: str
    cost: str
    systems: list[System]
    steps: list[str]
    cases: list[CaseFact]
    declaration: DeclarationFact
    employer_reply_working_days: int
    completion_days: int


class Receipt(Value):
    """The receipt (إيصال): the period as recorded and the bill that came of it; amounts in halalas."""

    reference: str
    request_id: str
    bill_id: str
    bill_reference: str
    debtor: EstablishmentNumber = Field(
        description="The employer owes the whole sum (Social Insurance Law, art. 9)"
    )
    issued_on: date
    rows: Annotated[list[BillRow], FieldGroup.BILLS]
    contributions: Annotated[int, FieldGroup.BILLS]
    fines: Annotated[int, FieldGroup.BILLS]
    total: Annotated[int, FieldGroup.BILLS]
    state: str


READ_SERVICE = get(
    "/v1/services/add-period",
    summary="What adding a contribution period takes",
    gives=ServiceFacts,
    tags=("services",),
)
BEGIN_REQUEST = post(
    "/v1/requests",
    summary="Begin a request",
    takes=NewRequest,
    gives=RequestView,
    status=201,
)
LIST_REQUESTS = get("/v1/requests", summary="My requests", gives=RequestList)
READ_REQUEST = get("/v1/requests/<request_id>", summary="One of my requests", gives=RequestView)
SAVE_DATA = put(
    "/v1/requests/<request_id>/data",
    summary="Save the period's data, with a live estimate",
    takes=PeriodData,
    body_as="data",
    gives=RequestView,
)
ACCEPT_DECLARATION = put(
    "/v1/requests/<request_id>/declaration",
    summary="Accept the declaration",
    takes=AcceptedDeclaration,
    gives=RequestView,
)
WITHDRAW_REQUEST = post(
    "/v1/requests/<request_id>/withdrawal",
    summary="Withdraw a request",
    gives=RequestView,
)
READ_TIMELINE = get(
    "/v1/requests/<request_id>/timeline",
    summary="What happened so far",
    gives=Timeline,
)
READ_RECEIPT = get(
    "/v1/requests/<request_id>/receipt",
    summary="The receipt: what was recorded and what is due",
    gives=Receipt,
    refusals=(409,),
)


def request_view(request: Request, call: Call[Any]) -> Reply[RequestView]:
    """The request as it is now."""
    return Reply(view_of(request, language=call.language), etag=request.version)


def begun(request: Request, call: Call[Any]) -> Reply[RequestView]:
    """A new draft, and where it is found."""
    body = view_of(request, language=call.language)
    return Reply(body, etag=request.version, location=f"/v1/requests/{request.id}")


def assessed(saved: AssessedRequest, call: Call[Any]) -> Reply[RequestView]:
    """The request with the assessment just made."""
    body = view_of(saved.request, language=call.language, assessment=saved.assessment)
    return Reply(body, etag=saved.request.version)


def request_list(requests: Sequence[Request], call: Call[Any]) -> Reply[RequestList]:
    """Every request, in the order given."""
    return Reply(RequestList(requests=[view_of(request, language=call.language) for request in requests]))


def timeline(history: RequestHistory, call: Call[Any]) -> Reply[Timeline]:
    """Everything that happened to the request."""
    return Reply(timeline_of(history.request, history.events, language=call.language))


def receipt(billed: BilledRequest, call: Call[Any]) -> Reply[Receipt]:
    """The receipt, with the bill as it is now."""
    request, bill = billed.request, billed.bill
    body = Receipt(
        reference=request.reference,
        request_id=request.id,
        bill_id=bill.id,
        bill_reference=bill.reference,
        debtor=bill.debtor,
        issued_on=bill.issued_on,
        rows=list(bill.rows),
        contributions=bill.contributions,
        fines=bill.fines,
        total=bill.total,
        state=bill.state,
    )
    return Reply(body)


def service_facts(service: Service, call: Call[Any]) -> Reply[ServiceFacts]:
    """The facts of the service in the reader's language."""
    language, policy = call.language, service.policy
    cases = [
        CaseFact(
            system=case.system,
            sector=case.sector,
            case=case.kind,
            documents=[
                DocumentFact(
                    kind=document.kind,
                    label=label(document.kind, language),
                    satisfied_by=list(document.waivable_by),
                    satisfied_by_texts=[text(language, "known_facts", fact) for fact in document.waivable_by],
                    source=cited(language, document.source),
                    assumed=document.assumed,
                )
                for document in case.documents
            ],
        )
        for case in service.cases
    ]
    body = ServiceFacts(
        name=text(language, "service", "name"),
        who=text(language, "service", "who"),
        takes=text(language, "service", "takes"),
        answered_in=text(language, "service", "answered_in", None, {"days": policy.review_working_days}),
        cost=text(language, "service", "cost"),
        systems=list(System),
        steps=["data", "documents", "declaration", "code", "submission"],
        cases=cases,
        declaration=DeclarationFact(
            version=policy.declaration_version, text=text(language, "service", "declaration")
        ),
        employer_reply_working_days=policy.employer_reply_working_days,
        completion_days=policy.completion_days,
    )
    return Reply(body)
