"""The file of an establishment, as those see it who act for it."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ishtirak.billing.model import BillState
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.texts import text
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Nationality, System
from ishtirak.kernel.value import Value
from ishtirak.register.establishments import Cessation, EmployerSector
from ishtirak.use_cases.establishment_dues import EstablishmentDues, OpenReason
from ishtirak.use_cases.read_establishment import EstablishmentFile


class FileOfficer(Value):
    """Somebody who acts for the establishment."""

    officer_id: str = Field(description="Theirs with this establishment alone")
    masked_name_ar: str = Field(description="The first name; the rest is hidden")
    masked_name_en: str


class ContributorCount(Value):
    """How many contributors of one class of nationality there are."""

    nationality: Nationality
    active: int
    ended: int = Field(description="Those whose last recorded day is over")


class OpenBills(Value):
    """Bills something may still be owed on, in one state."""

    state: BillState
    bills: int
    due: int = Field(description="Due on them today, fines included, halalas")


class NotInCompliance(Value):
    """Why an establishment is not in compliance."""

    code: OpenReason
    text: str
    bills: int
    due: int = Field(description="Overdue, halalas")


class ComplianceView(Value):
    """الالتزام (regulation art. 12): all dues are settled, or paid in an approved plan that is kept."""

    in_compliance: bool
    reasons: list[NotInCompliance]


class DuesView(Value):
    """What the establishment may still owe."""

    as_of: date
    open: list[OpenBills]
    next_due_on: date | None = Field(description="The next day something falls due; null where nothing will")
    complete: bool = Field(description="False where there are more open bills than are added up")

    @classmethod
    def of(cls, dues: EstablishmentDues) -> "DuesView":
        return cls(
            as_of=dues.as_of,
            open=[
                OpenBills(state=state, bills=each.bills, due=each.due)
                for state, each in dues.by_state.items()
            ],
            next_due_on=dues.next_due_on,
            complete=dues.complete,
        )


class EstablishmentFileView(Value):
    """ملف المنشأة. Counts follow the register within seconds."""

    number: EstablishmentNumber
    name_ar: str
    name_en: str
    sector: EmployerSector
    systems: list[System] = Field(description="The systems the establishment's sector may have people in")
    ceased: Cessation | None
    merged_with: list[EstablishmentNumber]
    officers: Annotated[list[FileOfficer], FieldGroup.NAME]
    contributors: list[ContributorCount]
    dues: DuesView
    compliance: ComplianceView

    @classmethod
    def of(cls, found: EstablishmentFile, *, language: str) -> "EstablishmentFileView":
        establishment, dues = found.establishment, found.dues
        return cls(
            number=establishment.number,
            name_ar=establishment.name_ar,
            name_en=establishment.name_en,
            sector=establishment.sector,
            systems=list(found.systems),
            ceased=establishment.ceased,
            merged_with=list(establishment.merged_with),
            officers=[
                FileOfficer(
                    officer_id=each.officer_id,
                    masked_name_ar=each.masked_name_ar,
                    masked_name_en=each.masked_name_en,
                )
                for each in found.officers
            ],
            contributors=[
                ContributorCount(nationality=nationality, active=each.active, ended=each.ended)
                for nationality, each in found.headcounts.items()
            ],
            dues=DuesView.of(dues),
            compliance=ComplianceView(
                in_compliance=dues.in_compliance,
                reasons=[
                    NotInCompliance(
                        code=reason,
                        text=text(language, "open_reasons", reason),
                        bills=each.bills,
                        due=each.due,
                    )
                    for reason, each in dues.overdue.items()
                ],
            ),
        )
