"""The product as the other reckoner: the one place here that imports it.

An act becomes a request as a person would send it; the claim, the assessment, the period that is recorded and what it
comes to later are the product's own functions, only without stores.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from ishtirak.kernel import insurance
from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import WorkType
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.rules import continued
from ishtirak.requests.model import ClaimedWageLine, PeriodData, RequestKind, SubmittedRequest
from ishtirak.statute.model import Assessment, CoveredMonth
from ishtirak.statute.refusals import RuleRefused
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import statutory_tables
from ishtirak.use_cases.assess_claim import claim_of
from ishtirak.use_cases.post_period import period_of
from ishtirak.use_cases.statute_facts import contributions_of
from tests.fakes.register import a_contributor, an_establishment
from tests.fakes.requests import OWNER, decided
from tests.oracle.compare import Charged
from tests.oracle.facts import (
    Act,
    Add,
    Amend,
    Branch,
    Late,
    Law,
    Part,
    Person,
    Refusal,
    Refused,
    Registered,
    Row,
    Wage,
)

REASONS: Final = {
    "starts_in_the_future": Refusal.AFTER_THE_REQUEST,
    "ends_after_the_request": Refusal.AFTER_THE_REQUEST,
    "overlaps_recorded_period": Refusal.OVERLAP,
    "outside_the_window": Refusal.OUTSIDE_THE_WINDOW,
    "below_minimum_age": Refusal.UNDER_AGE,
    "above_annuities_age": Refusal.NO_BRANCH,
    "no_branch_covers": Refusal.NO_BRANCH,
    "wage_not_positive": Refusal.NO_WAGE,
    "wage_correction_too_late": Refusal.WAGE_CORRECTION_TOO_LATE,
}
APPROVED: Final = decided()


class Engine:
    """One person's periods, kept as the register keeps them."""

    def __init__(self, person: Person) -> None:
        before = frozenset({insurance.System.SOCIAL_INSURANCE}) if person.before_new_law else frozenset()
        self._contributor = a_contributor(
            OWNER, birth_date=birth_date(person), uncompensated_before_new_law=before
        )
        self._standing: list[RecordedPeriod] = []
        self._requests = 0

    def apply(self, act: Act, *, paid_on: date) -> Charged:
        """The product's answer to an act, and its fines as of a day."""
        self._requests += 1
        before = self._standing[act.period] if isinstance(act, Amend) else None
        request = request_of(act, before=before, number=self._requests)
        claim = claim_of(
            request,
            request.data,
            contributor=self._contributor,
            establishment=an_establishment(request.data.establishment),
            recorded=self._standing,
            requested_on=act.requested_on,
        )
        try:
            answer = assess(claim, tables=statutory_tables(), as_of=paid_on)
        except RuleRefused as refusal:
            return Charged(Refused(frozenset({REASONS[refusal.code]})))
        period = period_of(request, answer, at=request.submitted_at)
        if before is None:
            self._standing.append(period)
            return charged(answer, number=len(self._standing) - 1)
        number = self._standing.index(before)
        self._standing[number] = continued(period, before, on=act.requested_on)
        return charged(answer, number=number)

    def rows(self, number: int) -> tuple[Row, ...]:
        """What a period comes to, as the product reckons what is recorded."""
        period = self._standing[number]
        assert period.ends_on is not None
        reckoned = contributions_of(
            period,
            contributor=self._contributor,
            employer=an_establishment(period.establishment),
            standing=self._standing,
            until=period.ends_on,
        )
        return rows_of(reckoned.months)


def birth_date(person: Person) -> CivilDate:
    if person.hijri_born is not None:
        return CivilDate(Calendar.HIJRI, *person.hijri_born)
    assert person.born is not None
    return CivilDate.of(person.born)


def request_of(act: Act, *, before: RecordedPeriod | None, number: int) -> SubmittedRequest:
    """The approved request that asks for it."""
    if isinstance(act, Add):
        kind, employer = RequestKind.ADD, EstablishmentNumber(act.employer)
        system = insurance.System(act.system.value)
    else:
        assert before is not None
        kind, employer, system = RequestKind.AMEND, before.establishment, before.system
    return APPROVED.model_copy(
        update={
            "id": f"11111111-1111-4111-8111-{number:012}",
            "kind": kind,
            "system": system,
            "amends": before.id if before else None,
            "submitted_at": f"{act.requested_on.isoformat()}T09:00:00.000Z",
            "data": PeriodData(
                establishment=employer,
                starts_on=CivilDate.of(act.starts),
                ends_on=CivilDate.of(act.ends),
                occupation_code="251201",
                work_type=WorkType.FULL_TIME,
                wage_lines=tuple(line_of(wage) for wage in act.wages),
                reason="لم تسجل",
            ),
        }
    )


def line_of(wage: Wage) -> ClaimedWageLine:
    return ClaimedWageLine(
        first_month=Month.of(wage.first_month),
        last_month=Month.of(wage.last_month),
        basic=Halalas(wage.basic),
        housing=Halalas(wage.housing),
        housing_in_kind=wage.housing_in_kind,
        commission=Halalas(wage.commission),
    )


def charged(answer: Assessment, *, number: int) -> Charged:
    """The assessment in the oracle's words."""
    registered = Registered(
        number,
        answer.registered.starts_on,
        answer.registered.ends_on,
        Law(answer.law.value),
        rows_of(answer.rows),
    )
    return Charged(registered, tuple(Late(row.due_on, row.late_months, row.fine) for row in answer.rows))


def rows_of(months: Iterable[CoveredMonth]) -> tuple[Row, ...]:
    return tuple(
        Row(
            month.month.first_day,
            month.service_days,
            month.contributory_wage,
            {
                Branch(part.branch.value): Part(part.days, part.employee, part.employer)
                for part in month.branches
            },
        )
        for month in months
    )
