"""What a contributor sees of the register: periods of service, and contributions month by month."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from ishtirak.billing.counting import Counting
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.views.explanations import Explanation, explanation_of
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Route, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Value
from ishtirak.register.periods import PeriodState, RecordedPeriod, SourceKind
from ishtirak.use_cases.read_account import CountedPeriod


class PeriodSource(Value):
    """What the period rests on."""

    kind: SourceKind = Field(description="A request, a contract on Qiwa, or the register before this service")
    reference: str = Field(description="The request's id or the contract's number")
    version: int = Field(description="The version of it")


class PeriodMonth(Value):
    """A month of a period, and whether it counts: a paid one does, unpaid ones for a limited time."""

    month: Month
    paid: bool
    counting: Counting


class MyPeriod(Value):
    """A period of service (مدة اشتراك) as the register holds it: one of the caller's own."""

    period_id: str
    system: System
    starts_on: date = Field(description="First day, Gregorian")
    ends_on: date | None = Field(description="Last day, Gregorian; null while it goes on")
    occupation_code: str
    work_type: str
    basic_wage: Annotated[int, FieldGroup.WAGES] = Field(description="The latest monthly basic wage, halalas")
    state: PeriodState
    route: Route = Field(description="How late its first day was reported; each day has its own route")
    source: PeriodSource
    establishment: EstablishmentNumber
    establishment_name_ar: str | None
    establishment_name_en: str | None
    months: Annotated[tuple[PeriodMonth, ...], FieldGroup.CONTRIBUTIONS] = Field(
        description="The months billed; none where nothing was billed here"
    )
    months_paid: Annotated[int, FieldGroup.CONTRIBUTIONS]
    counted_to: Month | None = Field(description="The last month that counts as long as nothing more is paid")
    stopped_by: Annotated[Explanation | None, FieldGroup.CONTRIBUTIONS] = Field(
        description="Why later months do not count; null where every month does"
    )

    @classmethod
    def counted(cls, found: CountedPeriod, *, language: str) -> "MyPeriod":
        """The period with the months that were billed for it."""
        months = tuple(
            PeriodMonth(month=month, paid=counting is Counting.QUALIFIES, counting=counting)
            for month, counting in found.months.items()
        )
        stop = found.stopped_by
        counted = [month.month for month in months if month.counting is not Counting.NOT_COUNTED]
        return cls(
            **_facts(found.period),
            establishment=found.period.establishment,
            establishment_name_ar=found.employer.name_ar if found.employer else None,
            establishment_name_en=found.employer.name_en if found.employer else None,
            months=months,
            months_paid=sum(month.paid for month in months),
            counted_to=max(counted, default=None),
            stopped_by=explanation_of(stop, language, assumed=stop.assumed) if stop else None,
        )


class MyPeriods(Value):
    """In the order of their first days."""

    periods: Annotated[tuple[MyPeriod, ...], FieldGroup.PERIODS]

    @classmethod
    def of(cls, found: Iterable[CountedPeriod], *, language: str) -> "MyPeriods":
        return cls(periods=tuple(MyPeriod.counted(period, language=language) for period in found))


def _facts(period: RecordedPeriod) -> dict[str, Any]:
    """What the register holds of the period itself."""
    source = period.source
    return {
        "period_id": period.id,
        "system": period.system,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "occupation_code": period.occupation_code,
        "work_type": period.work_type,
        "basic_wage": period.wages[-1].basic,
        "state": period.state,
        "route": period.route,
        "source": PeriodSource(kind=source.kind, reference=source.reference, version=source.version),
    }
