"""A contributor's statement of account: covered, billed and paid, month by month, year by year, with the reasons."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from pydantic import Field

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.views.explanations import Explanation, explanation_of
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Route, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Value
from ishtirak.statute.model import BranchShare, CoveredMonth
from ishtirak.use_cases.read_statement import AccountStatement, StatementMonth, StatementPeriod


class BranchContribution(Value):
    """One branch (فرع) in one month."""

    branch: str
    worker: int = Field(description="The worker's share, halalas")
    employer: int = Field(description="The employer's share, halalas")
    total: int

    @classmethod
    def total_of(cls, shares: Iterable[BranchShare]) -> list[Self]:
        """The shares by branch, in the order branches are met."""
        sums: dict[str, tuple[int, int]] = {}
        for share in shares:
            worker, employer = sums.get(share.branch.value, (0, 0))
            sums[share.branch.value] = (worker + share.employee, employer + share.employer)
        return [
            cls(branch=branch, worker=worker, employer=employer, total=worker + employer)
            for branch, (worker, employer) in sums.items()
        ]


class EmployerContribution(Value):
    """What a month comes to with one employer, who is liable for both shares."""

    period_id: str
    establishment: EstablishmentNumber
    service_days: int
    month_days: int
    contributory_wage: Annotated[int, FieldGroup.WAGES] = Field(
        description="After minimum, maximum and other employers, halalas a month"
    )
    worker: int
    employer: int

    @classmethod
    def of(cls, period_id: str, establishment: EstablishmentNumber, covered: CoveredMonth) -> Self:
        return cls(
            period_id=period_id,
            establishment=establishment,
            service_days=covered.service_days,
            month_days=covered.month_days,
            contributory_wage=covered.contributory_wage,
            worker=covered.employee,
            employer=covered.employer,
        )


class MonthContribution(Value):
    """One contribution month (شهر اشتراك). Only a paid one qualifies for a pension."""

    month: Month
    service_days: int = Field(description="Days of it that were served, over all employers")
    branches: list[BranchContribution]
    employers: list[EmployerContribution]
    worker: int = Field(description="The workers' share of what the month comes to by the statutes, halalas")
    employer: int = Field(description="The employers' share of it")
    total: int
    billed: int = Field(
        description="What of it was billed by this service, halalas; ordinary months are collected otherwise"
    )
    paid: int = Field(description="What was paid on those bills so far, halalas")
    is_paid: bool = Field(description="Something was billed, and all of it is paid")

    @classmethod
    def of(cls, month: StatementMonth) -> Self:
        covered = [row for _, row in month.covered]
        return cls(
            month=month.month,
            service_days=month.service_days,
            branches=BranchContribution.total_of(share for row in covered for share in row.branches),
            employers=[
                EmployerContribution.of(period.id, period.establishment, row) for period, row in month.covered
            ],
            worker=sum(row.employee for row in covered),
            employer=sum(row.employer for row in covered),
            total=month.total,
            billed=month.billed,
            paid=month.paid,
            is_paid=0 < month.billed <= month.paid,
        )


class YearTotal(Value):
    """A calendar year of the account."""

    year: int
    months: int = Field(description="Contribution months")
    service_days: int
    total: int
    billed: int
    paid: int

    @classmethod
    def of(cls, year: int, months: Iterable[StatementMonth]) -> Self:
        kept = tuple(months)
        return cls(
            year=year,
            months=len(kept),
            service_days=sum(month.service_days for month in kept),
            total=sum(month.total for month in kept),
            billed=sum(month.billed for month in kept),
            paid=sum(month.paid for month in kept),
        )


class RegisteredRange(Value):
    """Days registered by one route: late ones count for annuities alone."""

    starts_on: date
    ends_on: date | None = Field(description="Null while the service goes on")
    route: Route


class WageOverMonths(Value):
    """A recorded wage, in halalas a month."""

    first_month: Month
    last_month: Month | None = Field(description="Null while it goes on")
    basic: int
    housing: int
    housing_in_kind: bool
    commission: int


class StatementEmployer(Value):
    """A period with one employer: its days by route, and the history of its wage."""

    period_id: str
    establishment: EstablishmentNumber
    name_ar: str | None
    name_en: str | None
    starts_on: date
    ends_on: date | None
    registered: list[RegisteredRange]
    wages: Annotated[list[WageOverMonths], FieldGroup.WAGES]
    not_computed: str | None = Field(
        description="The code of the reason why no contribution could be computed"
    )

    @classmethod
    def of(cls, found: StatementPeriod) -> Self:
        period, employer = found.period, found.employer
        return cls(
            period_id=period.id,
            establishment=period.establishment,
            name_ar=employer.name_ar if employer else None,
            name_en=employer.name_en if employer else None,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            registered=[RegisteredRange(**dict(days)) for days in period.registered],
            wages=[
                WageOverMonths(**{name: getattr(line, name) for name in WageOverMonths.model_fields})
                for line in period.wages
            ],
            not_computed=found.not_computed,
        )


class MyContributions(Value):
    """كشف الاشتراكات: what each month comes to, what was billed of it and what was paid, up to today."""

    system: System
    as_of: date
    computed_from: Month = Field(description="The first month whose contributions can be computed")
    months: Annotated[list[MonthContribution], FieldGroup.CONTRIBUTIONS]
    years: Annotated[list[YearTotal], FieldGroup.CONTRIBUTIONS]
    employers: Annotated[list[StatementEmployer], FieldGroup.PERIODS]
    contribution_months: int
    service_days: int = Field(description="Distinct days of service, those before `computed_from` too")
    worker: Annotated[int, FieldGroup.CONTRIBUTIONS]
    employer: Annotated[int, FieldGroup.CONTRIBUTIONS]
    total: Annotated[int, FieldGroup.CONTRIBUTIONS]
    billed: Annotated[int, FieldGroup.CONTRIBUTIONS]
    paid: Annotated[int, FieldGroup.CONTRIBUTIONS]
    months_paid: Annotated[int, FieldGroup.CONTRIBUTIONS]
    explanations: list[Explanation] = Field(description="The rules behind the figures")

    @classmethod
    def of(cls, found: AccountStatement, *, language: str) -> Self:
        months = [MonthContribution.of(month) for month in found.months]
        return cls(
            system=found.system,
            as_of=found.as_of,
            computed_from=found.computed_from,
            months=months,
            years=[YearTotal.of(year, of_year) for year, of_year in found.years.items()],
            employers=[StatementEmployer.of(period) for period in found.periods],
            contribution_months=len(months),
            service_days=found.service_days,
            worker=sum(month.worker for month in months),
            employer=sum(month.employer for month in months),
            total=sum(month.total for month in months),
            billed=sum(month.billed for month in months),
            paid=sum(month.paid for month in months),
            months_paid=sum(month.is_paid for month in months),
            explanations=[explanation_of(rule, language, assumed=rule.assumed) for rule in found.applied],
        )
