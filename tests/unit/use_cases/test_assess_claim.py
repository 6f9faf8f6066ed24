"""Where a request, the register and the statutes meet: the claim is what was typed, beside what registries say."""

from datetime import date
from typing import Any

import pytest

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.insurance import Nationality, Sector, System
from ishtirak.register import rules as register_rules
from ishtirak.register.establishments import EmployerSector
from ishtirak.requests.model import PeriodData, Request, RequestKind, ReviewDecision
from ishtirak.statute.model import Claim, ClaimKind
from ishtirak.statute.refusals import RuleRefused
from ishtirak.use_cases.assess_claim import (
    _POINTERS,
    EstablishmentUnknown,
    SystemNotForEstablishment,
    assess_claim,
    assess_submitted,
    claim_of,
    employer_of,
)
from tests.fakes.register import (
    MITHAL,
    OTHER_PERSON,
    Register,
    a_cause,
    a_contributor,
    a_period,
    an_establishment,
    in_memory_register,
)
from tests.fakes.requests import OWNER, decision, period_data, submitted
from tests.fakes.residency import authority_dates

DAY = date(2026, 11, 22)


@pytest.fixture
def register() -> Register:
    known = in_memory_register()
    known.transaction.commit(
        known.people.save(a_contributor(OWNER), fingerprint="ab" * 32),
        known.establishments.save(an_establishment()),
    )
    return known


def assessed(register: Register, data: PeriodData | None = None, **given: Any) -> Any:
    given.setdefault("requested_on", DAY)
    given.setdefault("as_of", DAY)
    given.setdefault("authority", authority_dates())
    request, claimed_data = submitted().after, data or period_data()
    return assess_claim(
        request,
        claimed_data,
        employer=employer_of(claimed_data, system=request.system, establishments=register.establishments),
        people=register.people,
        accounts=register.accounts,
        **given,
    )


def claimed(decision: ReviewDecision | None = None, *, request: Request | None = None, **facts: Any) -> Claim:
    values: dict[str, Any] = {
        "contributor": a_contributor(OWNER),
        "establishment": an_establishment(),
        "recorded": (),
        "requested_on": DAY,
    }
    return claim_of(
        request or submitted().after, facts.pop("data", period_data()), decision=decision, **(values | facts)
    )


def recorded(register: Register, **facts: Any) -> None:
    period = a_period(**facts)
    state = register.accounts.state(OWNER, period.system)
    register.store(register_rules.post(state, period=period, rows=(), cause=a_cause()), before=state)


def test_three_months_come_to_three_rows_that_add_up(register: Register) -> None:
    assessment = assessed(register)

    assert [str(row.month) for row in assessment.rows] == ["2025-01", "2025-02", "2025-03"]
    assert assessment.total == assessment.contributions + assessment.fines > 0


def test_the_same_period_in_the_other_calendar_comes_to_the_same(register: Register) -> None:
    hijri = {"calendar": "HIJRI", "year": 1446, "month": 7, "day": 1}

    assert assessed(register, period_data(starts_on=hijri)) == assessed(register)


def test_an_employer_the_register_does_not_know_is_pointed_at(register: Register) -> None:
    with pytest.raises(EstablishmentUnknown) as refused:
        assessed(register, period_data(establishment="7000000009"))

    assert refused.value.pointer == "/establishment"


def test_a_period_that_overlaps_a_recorded_one_is_refused_at_its_field(register: Register) -> None:
    recorded(register)

    with pytest.raises(RuleRefused) as refused:
        assessed(register)

    assert refused.value.code == "overlaps_recorded_period"
    assert refused.value.pointer in _POINTERS.values()


@pytest.mark.parametrize(
    ("changed", "code", "pointer"),
    [
        ({"ends_on": "2027-01-01"}, "ends_after_the_request", "/ends_on"),
        (
            {"wage_lines": [{"first_month": "2025-01", "last_month": "2025-02", "basic": 1}]},
            "wage_missing",
            "/wage_lines",
        ),
        (
            {"wage_lines": [{"first_month": "2025-01", "last_month": "2025-04", "basic": 1}]},
            "wage_outside_period",
            "/wage_lines",
        ),
    ],
)
def test_a_rule_that_objects_names_the_field_of_the_form(
    register: Register, changed: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(RuleRefused) as refused:
        assessed(register, period_data(**changed))

    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_every_field_a_rule_names_is_a_field_of_the_form() -> None:
    fields = {pointer.removeprefix("/") for pointer in _POINTERS.values() if pointer}

    assert fields <= PeriodData.model_fields.keys() | {"system", "amends"}


def test_every_field_a_rule_may_name_is_known() -> None:
    named = {kind.field for kind in RuleRefused.__subclasses__()}

    assert len(named) > 3
    assert named <= _POINTERS.keys()


def test_a_reversed_period_counts_for_nothing() -> None:
    from ishtirak.register.periods import PeriodState

    standing, reversed_ = a_period("2015-01-01", "2015-12-31"), a_period(state=PeriodState.REVERSED)

    claim = claimed(recorded=(standing, reversed_))

    assert [period.id for period in claim.recorded] == [standing.id]
    assert claim.person.first_covered_on == date(2015, 1, 1)


def test_nothing_typed_decides_who_the_person_is() -> None:
    claim = claimed(contributor=a_contributor(OWNER, country="AE"))

    assert claim.person.nationality is Nationality.GCC
    assert claim.person.gcc_state is not None
    assert claimed().person.gcc_state is None


def test_an_owner_is_known_by_the_register() -> None:
    own = claimed(establishment=an_establishment(single_owner=OWNER))
    other = claimed(establishment=an_establishment(single_owner=OTHER_PERSON))

    assert (own.establishment.owned_by_person, own.establishment.single_owner) == (True, True)
    assert (other.establishment.owned_by_person, other.establishment.single_owner) == (False, True)
    assert claimed().establishment.single_owner is False


@pytest.mark.parametrize("sector", EmployerSector)
def test_every_sector_of_the_register_has_its_sector_in_the_statutes(sector: EmployerSector) -> None:
    claim = claimed(establishment=an_establishment(sector=sector))

    assert claim.establishment.sector is (
        Sector.PRIVATE if sector is EmployerSector.PRIVATE else Sector.GOVERNMENT
    )


def test_a_partial_approval_cuts_the_days_and_the_wages_with_them() -> None:
    lines = [
        {"first_month": "2025-01", "last_month": "2025-02", "basic": 1},
        {"first_month": "2025-03", "last_month": "2025-06", "basic": 2},
    ]
    asked = period_data(ends_on="2025-06-30", wage_lines=lines)
    approved = decision(
        approved_from=CivilDate.parse("2025-03-10"), approved_to=CivilDate.parse("2025-05-15")
    )

    claim = claimed(approved, data=asked)

    assert (claim.period.starts_on, claim.period.ends_on) == (date(2025, 3, 10), date(2025, 5, 15))
    assert [(str(line.first_month), str(line.last_month), line.basic) for line in claim.wages] == [
        ("2025-03", "2025-05", 2)
    ]


def test_without_a_decision_the_wages_are_as_typed_so_that_gaps_show() -> None:
    lines = [{"first_month": "2024-01", "last_month": "2025-12", "basic": 1}]

    claim = claimed(data=period_data(wage_lines=lines))

    assert [(str(line.first_month), str(line.last_month)) for line in claim.wages] == [("2024-01", "2025-12")]


def test_only_an_amendment_amends() -> None:
    amended = a_period().id
    request = submitted().after.model_copy(update={"amends": amended})

    assert claimed(request=request).amends is None
    as_amendment = claimed(request=request.model_copy(update={"kind": RequestKind.AMEND}))
    assert (as_amendment.kind, as_amendment.amends) == (ClaimKind.AMEND, amended)


def test_the_establishment_of_the_claim_is_the_one_of_the_register() -> None:
    assert claimed().establishment.number == MITHAL


def test_a_submitted_request_is_counted_from_its_own_day_with_the_employer_of_the_register(
    register: Register,
) -> None:
    assessment = assess_submitted(
        submitted().after,
        people=register.people,
        establishments=register.establishments,
        accounts=register.accounts,
        authority=authority_dates(),
        as_of=DAY,
    )

    assert assessment == assessed(register)


@pytest.mark.parametrize(
    ("system", "sector"),
    [
        (System.CIVIL_PENSION, EmployerSector.PRIVATE),
        (System.CIVIL_PENSION, EmployerSector.MILITARY),
        (System.MILITARY_PENSION, EmployerSector.GOVERNMENT),
    ],
)
def test_an_employer_of_another_sector_is_refused_at_its_field(
    system: System, sector: EmployerSector
) -> None:
    known = in_memory_register()
    known.transaction.commit(known.establishments.save(an_establishment(sector=sector)))

    with pytest.raises(SystemNotForEstablishment) as refused:
        employer_of(period_data(), system=system, establishments=known.establishments)

    assert refused.value.pointer == "/establishment"
