"""What is answered: names in both languages, money in halalas, nobody's number in clear."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from ishtirak.billing.decisions import is_extended
from ishtirak.billing.lateness import Counting, counting
from ishtirak.billing.model import Bill
from ishtirak.kernel.errors import Invalid
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Route, System
from ishtirak.kernel.months import Month
from ishtirak.register.establishments import Establishment, Sector
from ishtirak.register.people import Contributor
from ishtirak.register.periods import PeriodState, RecordedPeriod, SourceKind
from ishtirak.register.ports import period_position
from ishtirak.register.statement import MonthOfPeriod
from ishtirak.register.statement_model import Statement

_PLACE: Final = re.compile(r"[0-9TZ:.-]{20,30}#[0-9a-f-]{36}")


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PeriodSource(Answer):
    """What the period rests on."""

    kind: SourceKind = Field(description="A request, a contract on Qiwa, or the register before this service")
    reference: str = Field(description="The request's id or the contract's number")
    version: int = Field(description="The version of it")


class ServicePeriod(Answer):
    """A period of service (مدة اشتراك) as the register holds it."""

    period_id: str
    system: System
    starts_on: date = Field(description="First day, Gregorian")
    ends_on: date | None = Field(description="Last day, Gregorian; null while it goes on")
    occupation_code: str
    work_type: str
    basic_wage: int = Field(description="The latest monthly basic wage, halalas")
    state: PeriodState
    route: Route = Field(description="How late it was reported, and so which branches it counts in")
    source: PeriodSource


class PeriodMonth(Answer):
    """A month of a period, and whether it counts: a paid one does, unpaid ones for a limited time."""

    month: Month
    paid: bool
    counting: Counting


class MyPeriod(ServicePeriod):
    """One of the caller's own periods."""

    establishment: EstablishmentNumber
    establishment_name_ar: str | None
    establishment_name_en: str | None
    months: tuple[PeriodMonth, ...] = Field(
        description="The months billed; none where nothing was billed here"
    )
    months_paid: int
    counted_to: Month | None = Field(description="The last month that counts as long as nothing more is paid")

    @classmethod
    def of(
        cls, period: RecordedPeriod, *, employer: Establishment | None, counted: Mapping[Month, Counting]
    ) -> "MyPeriod":
        months = tuple(
            PeriodMonth(month=month, paid=counts is Counting.QUALIFIES, counting=counts)
            for month, counts in counted.items()
        )
        counting_months = [month for month, counts in counted.items() if counts is not Counting.NOT_COUNTED]
        return cls(
            **_facts(period).model_dump(),
            establishment=period.establishment,
            establishment_name_ar=employer.name_ar if employer else None,
            establishment_name_en=employer.name_en if employer else None,
            months=months,
            months_paid=sum(month.paid for month in months),
            counted_to=max(counting_months, default=None),
        )


class MyPeriods(Answer):
    """In the order of their first days."""

    periods: tuple[MyPeriod, ...]


class BranchContribution(Answer):
    """One branch (فرع) in one month."""

    branch: str
    worker: int = Field(description="The worker's share, halalas")
    employer: int = Field(description="The employer's share, halalas")
    total: int


def counted(
    months: Mapping[str, Mapping[Month, MonthOfPeriod]], bills: Iterable[Bill]
) -> Mapping[str, Mapping[Month, Counting]]:
    """For each period, whether each of its billed months counts."""
    extended = {bill.period_id for bill in bills if is_extended(bill)}
    return {
        period_id: counting(
            {month: account.is_paid for month, account in of_period.items()}, extended=period_id in extended
        )
        for period_id, of_period in months.items()
    }


def paid_by_month(months: Mapping[str, Mapping[Month, MonthOfPeriod]]) -> Mapping[Month, int]:
    """What was paid of each month's contributions, whatever the employer."""
    paid: dict[Month, int] = {}
    for of_period in months.values():
        for month, account in of_period.items():
            paid[month] = paid.get(month, 0) + account.paid
    return paid


class MonthContribution(Answer):
    """One contribution month; only a paid one qualifies for a pension."""

    month: Month
    branches: tuple[BranchContribution, ...]
    worker: int
    employer: int
    total: int
    paid: int = Field(description="What the employer paid of it so far, halalas")
    is_paid: bool


class MyContributions(Answer):
    """كشف الاشتراكات: what stands in the ledger, month by month."""

    system: System
    months: tuple[MonthContribution, ...]
    worker: int
    employer: int
    total: int
    paid: int
    months_paid: int

    @classmethod
    def of(cls, statement: Statement, *, system: System, paid: Mapping[Month, int]) -> "MyContributions":
        return cls(
            system=system,
            months=tuple(
                MonthContribution(
                    month=month.month,
                    branches=tuple(
                        BranchContribution(
                            branch=row.branch,
                            worker=row.worker,
                            employer=row.employer,
                            total=row.worker + row.employer,
                        )
                        for row in month.rows
                    ),
                    worker=month.worker,
                    employer=month.employer,
                    total=month.worker + month.employer,
                    paid=paid.get(month.month, 0),
                    is_paid=paid.get(month.month, 0) >= month.worker + month.employer,
                )
                for month in statement.months
            ),
            worker=statement.totals.worker,
            employer=statement.totals.employer,
            total=statement.totals.worker + statement.totals.employer,
            paid=sum(paid.values()),
            months_paid=sum(
                paid.get(month.month, 0) >= month.worker + month.employer for month in statement.months
            ),
        )


class MyEstablishment(Answer):
    """An establishment the caller acts for."""

    number: EstablishmentNumber
    name_ar: str
    name_en: str
    sector: Sector

    @classmethod
    def of(cls, establishment: Establishment) -> "MyEstablishment":
        return cls(
            number=establishment.number,
            name_ar=establishment.name_ar,
            name_en=establishment.name_en,
            sector=establishment.sector,
        )


class MyEstablishments(Answer):
    """In the order of their numbers."""

    establishments: tuple[MyEstablishment, ...]


class EstablishmentContributor(Answer):
    """A contributor and their periods with this establishment; what they have elsewhere is not the
    employer's.
    """

    person_id: str
    masked_identity: str = Field(description="The first two and the last four digits")
    name_ar: str
    name_en: str
    periods: tuple[ServicePeriod, ...]


class Contributors(Answer):
    """One page of an establishment's periods, by contributor, in the order they were registered."""

    contributors: tuple[EstablishmentContributor, ...]
    next: str | None = Field(description="Where the next page begins (`after`); null on the last")

    @classmethod
    def of(
        cls, found: Sequence[RecordedPeriod], *, people: Mapping[str, Contributor], limit: int
    ) -> "Contributors":
        page = found[:limit]
        more = len(found) > limit
        return cls(
            contributors=tuple(
                EstablishmentContributor(
                    person_id=person_id,
                    masked_identity=people[person_id].masked_identity,
                    name_ar=people[person_id].name_ar,
                    name_en=people[person_id].name_en,
                    periods=tuple(_facts(period) for period in page if period.person_id == person_id),
                )
                for person_id in _in_order(page)
                if person_id in people
            ),
            next=cursor_at(page[-1]) if more else None,
        )


def cursor_at(period: RecordedPeriod) -> str:
    """A period's place in its employer's list, opaque to who carries it."""
    return urlsafe_b64encode(period_position(period).encode()).decode()


def place_in(cursor: str) -> str:
    """The place a cursor stands for. A made-up one only moves within the list its caller may read anyway."""
    try:
        place = urlsafe_b64decode(cursor.encode("ascii", errors="strict")).decode("ascii")
    except (NotBase64, ValueError):
        raise Invalid("/after") from None
    if not _PLACE.fullmatch(place):
        raise Invalid("/after")
    return place


def _in_order(periods: Iterable[RecordedPeriod]) -> list[str]:
    return list(dict.fromkeys(period.person_id for period in periods))


def _facts(period: RecordedPeriod) -> ServicePeriod:
    return ServicePeriod(
        period_id=period.id,
        system=period.system,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        occupation_code=period.occupation_code,
        work_type=period.work_type,
        basic_wage=period.wages[-1].basic,
        state=period.state,
        route=period.route,
        source=PeriodSource(
            kind=period.source.kind, reference=period.source.reference, version=period.source.version
        ),
    )
