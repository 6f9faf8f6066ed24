"""Law arts. 14, 28 and 43, transitional clause 2: which law, which branches, which ages, which rates."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from ishtirak.kernel.dated import Entry
from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.kernel.identity import GccState
from ishtirak.kernel.insurance import Law, Nationality, Route, Sector, System
from ishtirak.statute.coverage import capped_at_local
from ishtirak.statute.law import age_on, law_of
from ishtirak.statute.model import Branch, Claim, ClaimKind
from ishtirak.statute.refusals import (
    AboveAnnuitiesAge,
    BelowMinimumAge,
    BirthDateOutsideTables,
    DateOutsideTables,
    NotInTables,
    RuleRefused,
)
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import Rate, StatutoryTable
from tests.unit.statute.claims import TABLES, claim, day, days, employer, hijri_dates, person, recorded

NEW_LAW: frozenset[System] = frozenset()


def on_time(**changes: Any) -> Claim:
    """A claim of a whole month, reported in that month."""
    return claim("2026-09-01", "2026-09-30", requested_on="2026-09-30", **changes)


def branches_of(asked: Claim) -> list[Branch]:
    """The branches of the first month."""
    answer = assess(asked, tables=TABLES, as_of=asked.requested_on)
    return [share.branch for share in answer.rows[0].branches]


def codes_of(asked: Claim) -> list[str]:
    """The codes of the rules that shaped the figures."""
    return [rule.code for rule in assess(asked, tables=TABLES, as_of=asked.requested_on).applied]


@pytest.mark.parametrize(
    ("history", "starts_on", "system", "law", "undecided"),
    [
        ({System.SOCIAL_INSURANCE}, "2025-01-01", System.SOCIAL_INSURANCE, Law.OLD, []),
        ({System.CIVIL_PENSION}, "2025-01-01", System.SOCIAL_INSURANCE, Law.OLD, []),
        (set(System), "2025-01-01", System.SOCIAL_INSURANCE, Law.OLD, []),
        (set(), "2024-07-03", System.SOCIAL_INSURANCE, Law.NEW, []),
        (set(), "2024-07-02", System.SOCIAL_INSURANCE, Law.OLD, ["period_reaches_before_new_law"]),
        (
            {System.MILITARY_PENSION},
            "2025-01-01",
            System.SOCIAL_INSURANCE,
            Law.NEW,
            ["military_history_only"],
        ),
        ({System.SOCIAL_INSURANCE}, "2024-07-02", System.SOCIAL_INSURANCE, Law.OLD, []),
        (set(), "2025-01-01", System.CIVIL_PENSION, Law.NEW, ["pension_period_under_new_law"]),
        (set(), "2025-01-01", System.MILITARY_PENSION, Law.NEW, ["pension_period_under_new_law"]),
    ],
)
def test_transitional_clause_2_earlier_uncompensated_service_keeps_the_old_law(
    history: set[System], starts_on: str, system: System, law: Law, undecided: list[str]
) -> None:
    found, decisions = law_of(
        person(uncompensated_before_new_law=frozenset(history)),
        starts_on=day(starts_on),
        system=system,
        tables=TABLES,
    )

    assert found is law
    assert [decision.code for decision in decisions] == undecided
    assert {decision.rule for decision in decisions} <= {"LAW-02"}
    facts = {"pension_period_under_new_law": {"system": system.value}, "military_history_only": {}}
    for decision in decisions:
        assert decision.facts == facts.get(decision.code, {"starts_on": starts_on})


def test_what_is_undecided_reaches_the_officer() -> None:
    asked = claim(person=person(uncompensated_before_new_law=frozenset({System.MILITARY_PENSION})))

    answer = assess(asked, tables=TABLES, as_of=asked.requested_on)

    assert [decision.code for decision in answer.needs_decision] == ["military_history_only"]


@pytest.mark.parametrize(
    ("facts", "sector", "branches"),
    [
        ({}, Sector.PRIVATE, [Branch.ANNUITIES, Branch.SANED, Branch.HAZARDS]),
        ({"uncompensated_before_new_law": NEW_LAW}, Sector.PRIVATE, list(Branch)),
        ({"uncompensated_before_new_law": NEW_LAW}, Sector.GOVERNMENT, [Branch.ANNUITIES]),
        ({}, Sector.GOVERNMENT, [Branch.ANNUITIES, Branch.HAZARDS]),
    ],
)
def test_law_art_43_unemployment_insurance_is_for_workers(
    facts: dict[str, Any], sector: Sector, branches: list[Branch]
) -> None:
    assert branches_of(on_time(person=person(**facts), establishment=employer(sector=sector))) == branches


@pytest.mark.parametrize("system", [System.CIVIL_PENSION, System.MILITARY_PENSION])
def test_the_pensions_have_one_branch_on_every_route(system: System) -> None:
    asked = on_time(system=system)

    assert branches_of(asked) == [Branch.ANNUITIES]
    assert assess(asked, tables=TABLES, as_of=asked.requested_on).route is Route.ON_TIME


@given(hijri_dates(1343, 1440), days("2022-02-01", "2076-12-31"))
def test_an_age_counts_birthdays_in_its_calendar(born: CivilDate, today: date) -> None:
    hijri = age_on(today, born=born, calendar=Calendar.HIJRI)
    gregorian = age_on(today, born=born, calendar=Calendar.GREGORIAN)

    assert hijri >= gregorian
    assert hijri - gregorian <= max(hijri, 0) // 33 + 2


def test_a_birthday_completes_a_year() -> None:
    born = CivilDate.parse("2010-09-01")

    assert age_on(day("2026-08-31"), born=born, calendar=Calendar.GREGORIAN) == 15
    assert age_on(day("2026-09-01"), born=born, calendar=Calendar.GREGORIAN) == 16
    assert age_on(born.gregorian(), born=born, calendar=Calendar.GREGORIAN) == 0
    assert age_on(day("2010-08-31"), born=born, calendar=Calendar.GREGORIAN) == -1


def test_the_old_law_counts_hijri_birthdays() -> None:
    born = CivilDate.parse("1390-01-01", calendar=Calendar.HIJRI)

    assert age_on(day("2026-06-15"), born=born, calendar=Calendar.HIJRI) == 57
    assert age_on(day("2026-06-16"), born=born, calendar=Calendar.HIJRI) == 58
    assert age_on(day("2026-06-16"), born=born, calendar=Calendar.GREGORIAN) == 56


@pytest.mark.parametrize(
    ("history", "born", "refused"),
    [
        (NEW_LAW, "2011-09-01", False),
        (NEW_LAW, "2011-09-02", True),
        (frozenset({System.SOCIAL_INSURANCE}), "2012-01-01", False),
        (frozenset({System.SOCIAL_INSURANCE}), "2012-03-01", True),
    ],
)
def test_nobody_under_fifteen_is_registered(history: frozenset[System], born: str, refused: bool) -> None:
    facts = person(born=CivilDate.parse(born), uncompensated_before_new_law=history)

    if refused:
        with pytest.raises(BelowMinimumAge) as refusal:
            branches_of(on_time(person=facts))
        calendar = "HIJRI" if history else "GREGORIAN"
        assert refusal.value.facts == {"least": 15, "calendar": calendar}
    else:
        assert branches_of(on_time(person=facts))


@pytest.mark.parametrize(
    ("born", "branches", "codes"),
    [
        ("1962-09-02", [Branch.ANNUITIES, Branch.SANED, Branch.HAZARDS], []),
        ("1962-09-01", [Branch.ANNUITIES, Branch.HAZARDS], ["too_old_for_saned"]),
        ("1961-09-02", [Branch.ANNUITIES, Branch.HAZARDS], ["too_old_for_saned"]),
        ("1961-09-01", [Branch.HAZARDS], ["too_old_for_annuities", "too_old_for_saned"]),
    ],
)
def test_law_arts_14_and_43_branches_close_with_age_at_the_start(
    born: str, branches: list[Branch], codes: list[str]
) -> None:
    asked = on_time(person=person(born=CivilDate.parse(born), uncompensated_before_new_law=NEW_LAW))

    assert branches_of(asked) == branches
    assert [code for code in codes_of(asked) if code.startswith("too_old")] == codes


def test_law_art_43_unemployment_insurance_stops_at_the_age_limit_within_a_period() -> None:
    of = recorded("2025-08-01", None)
    asked = claim(
        "2025-08-01",
        "2026-11-20",
        requested_on="2026-11-22",
        kind=ClaimKind.AMEND,
        amends=of.id,
        recorded=(of,),
        person=person(born=CivilDate.parse("1961-09-01"), uncompensated_before_new_law=NEW_LAW),
    )

    answer = assess(asked, tables=TABLES, as_of=asked.requested_on)

    with_saned = [str(row.month) for row in answer.rows if Branch.SANED in {s.branch for s in row.branches}]
    assert (with_saned[0], with_saned[-1]) == ("2025-08", "2026-08")
    assert [rule.facts for rule in answer.applied if rule.code == "too_old_for_saned"] == [
        {"from_month": "2026-09", "until_month": "2026-11"}
    ]


def test_the_old_law_tests_the_age_of_first_coverage() -> None:
    born = CivilDate.parse("1380-01-01", calendar=Calendar.HIJRI)
    covered_young = person(born=born, first_covered_on=day("1990-01-01"))
    covered_first_now = person(born=born)
    covered_later = person(born=born, first_covered_on=day("2026-10-01"))

    assert branches_of(on_time(person=covered_young)) == [Branch.ANNUITIES, Branch.HAZARDS]
    assert branches_of(on_time(person=covered_first_now)) == [Branch.HAZARDS]
    assert branches_of(on_time(person=covered_later)) == [Branch.HAZARDS]


def test_the_new_law_tests_the_age_at_the_start_whenever_first_covered() -> None:
    facts = person(
        born=CivilDate.parse("1960-01-01"),
        first_covered_on=day("2020-01-01"),
        uncompensated_before_new_law=NEW_LAW,
    )

    assert branches_of(on_time(person=facts)) == [Branch.HAZARDS]


@pytest.mark.parametrize(
    ("born", "branches"),
    [
        ("1388-03-19", [Branch.HAZARDS]),
        ("1388-03-20", [Branch.ANNUITIES, Branch.HAZARDS]),
        ("1389-03-19", [Branch.ANNUITIES, Branch.HAZARDS]),
        ("1389-03-20", [Branch.ANNUITIES, Branch.SANED, Branch.HAZARDS]),
    ],
)
def test_the_old_law_closes_branches_by_hijri_age(born: str, branches: list[Branch]) -> None:
    facts = person(born=CivilDate.parse(born, calendar=Calendar.HIJRI))

    assert str(CivilDate.of(day("2026-09-01")).hijri()) == "1448-03-19 AH"
    assert branches_of(on_time(person=facts)) == branches


def test_the_old_law_stops_unemployment_insurance_at_sixty_hijri_years() -> None:
    of = recorded("2025-01-01", None)
    asked = claim(
        "2025-01-01",
        "2026-11-20",
        requested_on="2026-11-22",
        kind=ClaimKind.AMEND,
        amends=of.id,
        recorded=(of,),
        person=person(
            born=CivilDate.parse("1387-08-01", calendar=Calendar.HIJRI), first_covered_on=day("2000-01-01")
        ),
    )

    answer = assess(asked, tables=TABLES, as_of=asked.requested_on)

    stopped = [rule.facts for rule in answer.applied if rule.code == "too_old_for_saned"]
    assert stopped == [{"from_month": "2026-02", "until_month": "2026-11"}]


def test_law_art_14_too_old_for_annuities_leaves_nothing_on_the_late_route() -> None:
    facts = person(born=CivilDate.parse("1950-01-01"), uncompensated_before_new_law=NEW_LAW)

    with pytest.raises(AboveAnnuitiesAge) as refusal:
        branches_of(claim(person=facts))

    assert refusal.value.facts == {"below": 65, "calendar": "GREGORIAN"}


def test_a_birth_date_the_law_s_calendar_cannot_count_is_refused() -> None:
    born = CivilDate.parse("1924-07-31")

    with pytest.raises(BirthDateOutsideTables) as refusal:
        branches_of(on_time(person=person(born=born)))

    assert refusal.value.facts == {"calendar": "HIJRI"}
    assert branches_of(on_time(person=person(born=born, uncompensated_before_new_law=NEW_LAW))) == [
        Branch.HAZARDS
    ]


def emirati(**changes: Any) -> Claim:
    """A GCC national reported in time."""
    return on_time(
        person=person(nationality=Nationality.GCC, gcc_state=GccState.UNITED_ARAB_EMIRATES), **changes
    )


def test_a_gcc_national_waits_for_the_home_rate_to_be_known() -> None:
    empty = StatutoryTable[Rate](name="gcc_home_rates", title="Home rates", entries=())
    tables = TABLES.model_copy(update={"gcc_home_rates": empty})

    with pytest.raises(NotInTables) as refusal:
        assess(emirati(), tables=tables, as_of=day("2026-09-30"))

    assert refusal.value.facts == {"table": "gcc_home_rates", "day": "2026-09-01", "gcc_state": "AE"}


@pytest.mark.parametrize(
    ("home", "sides"),
    [
        (Rate(employee=500, employer=1_500), (1_100, 900)),
        (Rate(employee=700, employer=800), (700, 800)),
        (Rate(employee=700, employer=900), (700, 900)),
    ],
)
def test_a_gcc_national_s_employer_pays_no_more_than_for_a_citizen(
    home: Rate, sides: tuple[int, int]
) -> None:
    local = Rate(employee=900, employer=900)

    capped = capped_at_local(home, local=local)

    assert (capped.employee, capped.employer) == sides
    assert capped.employee + capped.employer == home.employee + home.employer


def test_a_configured_home_rate_is_charged_beside_the_local_hazards() -> None:
    home: Entry[Rate] = Entry[Rate](
        in_force_from=day("2024-01-01"),
        applies_to={"gcc_state": GccState.UNITED_ARAB_EMIRATES},
        value=Rate(employee=500, employer=1_500),
        source="A rate of this test",
        assumed=True,
    )
    table = StatutoryTable[Rate](name="gcc_home_rates", title="Home rates", entries=(home,))
    tables = TABLES.model_copy(update={"gcc_home_rates": table})

    answer = assess(emirati(), tables=tables, as_of=day("2026-09-30"))

    shares = {share.branch: (share.employee, share.employer) for share in answer.rows[0].branches}
    assert shares == {Branch.ANNUITIES: (110_000, 90_000), Branch.HAZARDS: (0, 20_000)}
    assert [(rule.code, rule.source) for rule in answer.applied if rule.code == "gcc_home_rate"] == [
        ("gcc_home_rate", "A rate of this test")
    ]


def test_only_a_gcc_national_has_a_gcc_state() -> None:
    for facts in ({"nationality": Nationality.GCC}, {"gcc_state": GccState.QATAR}):
        with pytest.raises(ValueError, match="GCC"):
            person(**facts)


@pytest.mark.parametrize(
    ("requested_on", "starts_on", "ends_on", "name"),
    [
        ("2077-01-01", "2076-12-01", "2076-12-31", "requested_on"),
        ("2022-01-31", "2022-01-01", "2022-01-31", "requested_on"),
        ("2022-03-31", "2022-01-31", "2022-02-28", "starts_on"),
        ("2022-03-31", "2022-02-01", "2022-02-28", None),
        ("2076-12-31", "2076-12-01", "2076-12-31", None),
    ],
)
def test_dates_outside_the_tables_are_refused_by_name(
    requested_on: str, starts_on: str, ends_on: str, name: str | None
) -> None:
    born = CivilDate.parse("2030-01-01" if starts_on > "2060" else "1990-01-01")
    asked = claim(starts_on, ends_on, requested_on=requested_on, person=person(born=born))

    if name is None:
        assert assess(asked, tables=TABLES, as_of=day("2026-11-22")).rows
    else:
        with pytest.raises(DateOutsideTables) as refusal:
            assess(asked, tables=TABLES, as_of=day("2026-11-22"))
        assert refusal.value.facts["name"] == name


@pytest.mark.parametrize("as_of", ["2022-01-31", "2077-01-01"])
def test_a_day_of_payment_outside_the_tables_is_refused(as_of: str) -> None:
    with pytest.raises(RuleRefused) as refusal:
        assess(claim(), tables=TABLES, as_of=day(as_of))

    assert refusal.value.facts == {
        "name": "as_of",
        "day": as_of,
        "first": "2022-02-01",
        "last": "2076-12-31",
    }
