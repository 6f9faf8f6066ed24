"""The section `amendment_sequence`: a register in memory, changed act by act as approved requests change it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.kernel.identity import EstablishmentNumber, IdentityKind
from ishtirak.kernel.insurance import Sex, System, WorkType
from ishtirak.kernel.money import Halalas, format_riyals, parse_riyals
from ishtirak.kernel.months import Month
from ishtirak.register.establishments import EmployerSector, Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.rules import continued
from ishtirak.requests.model import ClaimedWageLine, PeriodData, RequestKind, SubmittedRequest
from ishtirak.statute.model import Assessment, Branch, MonthRow
from ishtirak.statute.refusals import OutsideTheWindow, RuleRefused
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import Tables
from ishtirak.use_cases.assess_claim import claim_of
from ishtirak.use_cases.post_period import period_of
from tests.fakes.requests import OWNER, decided

Case = Mapping[str, Any]
Answer = Mapping[str, Any]

SYSTEMS: Final = {
    "SI": System.SOCIAL_INSURANCE,
    "CIVIL": System.CIVIL_PENSION,
    "MILITARY": System.MILITARY_PENSION,
}
NAMES: Final = {Branch.ANNUITIES: "annuities", Branch.SANED: "saned", Branch.HAZARDS: "hazards"}
REFUSALS: Final[Mapping[type[RuleRefused], str]] = {OutsideTheWindow: "REJECT_OUTSIDE_WINDOW"}


def expected_sequence(case: Case) -> Answer:
    """What is expected of each act, by its place among them."""
    return {str(place): act["expected"] for place, act in enumerate(case["acts"])}


def sequence(case: Case, tables: Tables) -> Answer:
    """What comes of each act, in the words of the file."""
    register = _Register(_contributor(case["person"]), tables)
    return {str(place): register.apply(act, number=place) for place, act in enumerate(case["acts"])}


class _Register:
    """The periods of one person, by the names the example gives them."""

    def __init__(self, contributor: Contributor, tables: Tables) -> None:
        self._contributor = contributor
        self._tables = tables
        self._standing: dict[str, RecordedPeriod] = {}

    def apply(self, act: Case, *, number: int) -> Answer:
        before = self._standing[act["amend"]] if "amend" in act else None
        if before is None and act["add"] in self._standing:
            raise ValueError(f"{act['add']} is there already")
        request = _request(act, before=before, number=number)
        claim = claim_of(
            request,
            request.data,
            contributor=self._contributor,
            establishment=_employer(request.data.establishment),
            recorded=self._standing.values(),
            requested_on=date.fromisoformat(act["request"]),
        )
        paid_on = act.get("pay")
        try:
            answer = assess(claim, tables=self._tables, as_of=date.fromisoformat(paid_on or act["request"]))
        except RuleRefused as refusal:
            return {"refused": REFUSALS.get(type(refusal), refusal.code)}
        after = period_of(request, answer, at=request.submitted_at)
        name = act["add"] if before is None else act["amend"]
        self._standing[name] = after if before is None else continued(after, before, on=claim.requested_on)
        return _told(answer, fined=paid_on is not None)


def _contributor(person: Case) -> Contributor:
    law = {"OLD": frozenset({System.SOCIAL_INSURANCE}), "NEW": frozenset[System]()}[person["law"]]
    calendar = Calendar(person.get("calendar", Calendar.GREGORIAN))
    born = CivilDate.parse(person["born"], calendar=calendar)
    return Contributor(
        person_id=OWNER,
        encrypted_identity="-",
        masked_identity="-",
        kind=IdentityKind.NATIONAL_ID,
        birth_date=born,
        country="SA",
        sex=Sex.MALE,
        name_ar="مثال محسوب",
        name_en="Worked example",
        uncompensated_before_new_law=law,
        registered_at="2020-01-01T00:00:00.000Z",
    )


def _employer(number: EstablishmentNumber) -> Establishment:
    return Establishment(
        number=number,
        name_ar="منشأة المثال",
        name_en="An employer",
        sector=EmployerSector.PRIVATE,
        registered_at="2020-01-01T00:00:00.000Z",
    )


def _request(act: Case, *, before: RecordedPeriod | None, number: int) -> SubmittedRequest:
    system = before.system if before else SYSTEMS[act.get("system", "SI")]
    employer = before.establishment if before else EstablishmentNumber(act.get("employer", "7000000001"))
    first, last = (date.fromisoformat(day) for day in act["asked"])
    return decided().model_copy(
        update={
            "id": f"11111111-1111-4111-8111-{number:012}",
            "kind": RequestKind.AMEND if before else RequestKind.ADD,
            "system": system,
            "amends": before.id if before else None,
            "submitted_at": f"{act['request']}T09:00:00.000Z",
            "data": PeriodData(
                establishment=employer,
                starts_on=CivilDate.of(first),
                ends_on=CivilDate.of(last),
                occupation_code="251201",
                work_type=WorkType.FULL_TIME,
                wage_lines=_lines(act["wages"], first=first, last=last),
                reason="مثال محسوب",
            ),
        }
    )


def _lines(wages: str | Sequence[Case], *, first: date, last: date) -> tuple[ClaimedWageLine, ...]:
    """One basic wage throughout, or line by line."""
    if isinstance(wages, str):
        whole = {"from": str(Month.of(first)), "to": str(Month.of(last)), "basic": wages}
        return _lines([whole], first=first, last=last)
    return tuple(
        ClaimedWageLine(
            first_month=Month.parse(line["from"]),
            last_month=Month.parse(line["to"]),
            basic=parse_riyals(line["basic"]),
            housing=parse_riyals(line.get("housing", "0")),
            housing_in_kind=line.get("in_kind_housing", False),
            commission=parse_riyals(line.get("commission", "0")),
        )
        for line in wages
    )


def _told(answer: Assessment, *, fined: bool) -> Answer:
    registered = answer.registered
    told = {
        "registered": [registered.starts_on.isoformat(), registered.ends_on.isoformat()],
        "total": format_riyals(answer.contributions),
        "rows": [_row(row, fined=fined) for row in answer.rows],
    }
    return told | ({"fines": format_riyals(answer.fines)} if fined else {})


def _row(row: MonthRow, *, fined: bool) -> Answer:
    branches = {
        NAMES[share.branch]: [share.days, *(format_riyals(side) for side in (share.employee, share.employer))]
        for share in row.branches
    }
    told = {
        "month": str(row.month),
        "days": row.service_days,
        "wage": format_riyals(Halalas(row.contributory_wage)),
        **branches,
        "total": format_riyals(row.total),
    }
    return told | ({"late_months": row.late_months, "fine": format_riyals(row.fine)} if fined else {})
