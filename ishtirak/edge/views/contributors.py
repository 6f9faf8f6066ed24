"""An employer's contributors: as a list shows them, and the account of one."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.pagination import NextPage
from ishtirak.edge.views.statement import BranchContribution, RegisteredRange, WageOverMonths
from ishtirak.kernel.insurance import Nationality, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Value
from ishtirak.register.listing import EmploymentState, ListedContributor
from ishtirak.use_cases.read_contributor import ContributorAccount
from ishtirak.use_cases.read_statement import StatementPeriod
from ishtirak.use_cases.search_contributors import ContributorsFound

_ID = "Theirs with this establishment alone: another establishment knows the same person by another one"


class ContributorLine(Value):
    """A contributor in a list."""

    contributor_id: str = Field(description=_ID)
    name_ar: Annotated[str, FieldGroup.NAME]
    name_en: Annotated[str, FieldGroup.NAME]
    masked_identity: Annotated[str, FieldGroup.IDENTITY_MASKED] = Field(
        description="The last four digits; the rest is hidden"
    )
    nationality: Nationality
    state: EmploymentState
    starts_on: date = Field(description="The first day recorded with this establishment")
    ends_on: date | None = Field(description="The last one; null while the service goes on")
    registered_at: str

    @classmethod
    def of(cls, entry: ListedContributor, *, on: date) -> "ContributorLine":
        return cls(
            contributor_id=entry.contributor_id,
            name_ar=entry.name_ar,
            name_en=entry.name_en,
            masked_identity=entry.masked_identity,
            nationality=entry.nationality,
            state=entry.state_on(on),
            starts_on=entry.starts_on,
            ends_on=entry.last_day,
            registered_at=entry.registered_at,
        )


class ContributorLines(Value):
    """A page of those found. It may hold fewer than `limit`, or nobody, and yet not be the last: `next` says."""

    contributors: list[ContributorLine]
    next: NextPage

    @classmethod
    def of(cls, found: ContributorsFound) -> "ContributorLines":
        lines = [ContributorLine.of(entry, on=found.as_of) for entry in found.contributors]
        return cls(contributors=lines, next=found.next)


class OwnPeriod(Value):
    """A period with this establishment."""

    period_id: str
    system: System
    starts_on: date
    ends_on: date | None
    occupation_code: str
    work_type: str
    registered: list[RegisteredRange]
    wages: Annotated[list[WageOverMonths], FieldGroup.WAGES]
    not_computed: str | None = Field(
        description="The code of the reason why no contribution could be computed"
    )

    @classmethod
    def of(cls, found: StatementPeriod) -> "OwnPeriod":
        period = found.period
        return cls(
            period_id=period.id,
            system=period.system,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            occupation_code=period.occupation_code,
            work_type=period.work_type,
            registered=[RegisteredRange(**dict(days)) for days in period.registered],
            wages=[
                WageOverMonths(**{name: getattr(line, name) for name in WageOverMonths.model_fields})
                for line in period.wages
            ],
            not_computed=found.not_computed,
        )


class OwnMonth(Value):
    """What a month comes to with this establishment alone, halalas."""

    system: System
    month: Month
    service_days: int
    branches: list[BranchContribution]
    worker: int
    employer: int
    total: int


class ContributorAccountView(Value):
    """حساب المشترك لدى المنشأة: what is recorded with this establishment, and nothing of any other."""

    contributor: ContributorLine
    masked_mobile: Annotated[str | None, FieldGroup.PHONE_MASKED] = Field(
        description="The end of the registered mobile; null once the service ended, and while it is not known"
    )
    as_of: date
    periods: Annotated[list[OwnPeriod], FieldGroup.PERIODS]
    months: Annotated[list[OwnMonth], FieldGroup.CONTRIBUTIONS] = Field(
        description="By the statutory rules, before the maximum is shared with any other employer; "
        "what is due is on the bills"
    )

    @classmethod
    def of(cls, found: ContributorAccount) -> "ContributorAccountView":
        return cls(
            contributor=ContributorLine.of(found.entry, on=found.as_of),
            masked_mobile=found.masked_mobile,
            as_of=found.as_of,
            periods=[OwnPeriod.of(each) for each in found.periods],
            months=[
                OwnMonth(
                    system=system,
                    month=month,
                    service_days=sum(row.service_days for row in rows),
                    branches=BranchContribution.total_of(part for row in rows for part in row.branches),
                    worker=sum(row.employee for row in rows),
                    employer=sum(row.employer for row in rows),
                    total=sum(row.total for row in rows),
                )
                for system, months in found.months.items()
                for month, rows in months.items()
            ],
        )
