"""What edit_request takes and gives over HTTP."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from ishtirak.billing.model import Bill, BillRow
from ishtirak.documents.rules import label, required
from ishtirak.edge.texts import text
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.requests.model import Request, RequestKind
from ishtirak.requests.policy import policy


class Message(BaseModel):
    """A body or an answer; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewRequest(Message):
    """Which service for which system."""

    kind: RequestKind = Field(description="ADD a period, or AMEND a recorded one")
    system: System
    amends: str | None = Field(
        default=None, description="For AMEND: the id of the recorded period", max_length=36
    )


class AcceptedDeclaration(Message):
    """The declaration, read and accepted."""

    version: str = Field(max_length=20, description="The version of the text that was read")


class DocumentFact(Message):
    """A kind of document a case may need."""

    kind: str
    label: str
    satisfied_by: str | None = Field(description="The fact that stands in for the file, where there is one")
    source: str
    assumed: bool


class CaseFact(Message):
    """One case and its documents."""

    system: System
    sector: str
    case: RequestKind
    documents: list[DocumentFact]


class DeclarationFact(Message):
    version: str
    text: str


class ServiceFacts(Message):
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


class Receipt(Message):
    """The receipt (إيصال): the period as recorded and the bill that came of it; amounts in halalas."""

    reference: str
    request_id: str
    bill_id: str
    bill_reference: str
    debtor: EstablishmentNumber = Field(
        description="The employer owes the whole sum (Social Insurance Law, art. 9)"
    )
    issued_on: date
    rows: list[BillRow]
    contributions: int
    fines: int
    total: int
    state: str


_SECTORS = {
    System.SOCIAL_INSURANCE: ("PRIVATE", "GOVERNMENT"),
    System.CIVIL_PENSION: ("GOVERNMENT",),
    System.MILITARY_PENSION: ("GOVERNMENT",),
}


def service_facts(language: str, *, on: date) -> ServiceFacts:
    """The facts of the service as in force on a day."""
    rules = policy()
    cases = [
        CaseFact(
            system=system,
            sector=sector,
            case=kind,
            documents=[
                DocumentFact(
                    kind=document.kind,
                    label=label(document.kind, language),
                    satisfied_by=document.satisfied_by,
                    source=document.source,
                    assumed=document.assumed,
                )
                for document in required(system, sector=sector, case=kind, facts=frozenset(), on=on)
            ],
        )
        for system, sectors in _SECTORS.items()
        for sector in sectors
        for kind in RequestKind
    ]
    return ServiceFacts(
        name=text(language, "service", "name"),
        who=text(language, "service", "who"),
        takes=text(language, "service", "takes"),
        answered_in=text(language, "service", "answered_in"),
        cost=text(language, "service", "cost"),
        systems=list(System),
        steps=["data", "documents", "declaration", "code", "submission"],
        cases=cases,
        declaration=DeclarationFact(
            version=rules.declaration_version, text=text(language, "service", "declaration")
        ),
        employer_reply_working_days=rules.employer_reply_working_days,
        completion_days=rules.completion_days,
    )


def receipt_of(request: Request, bill: Bill) -> Receipt:
    return Receipt(
        reference=request.reference or "",
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
