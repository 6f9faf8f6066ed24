"""Ages and laws by numbers worked by hand (R6 and R7): each comment shows the working."""

from datetime import date

import pytest

from tests.oracle.by_hand import NEW, SECOND, accepted, add, amend, branch_days, day, refused
from tests.oracle.calendars import age
from tests.oracle.facts import Branch, Law, Part, Person, Refusal, System
from tests.oracle.register import Register


def test_annuities_are_told_by_the_age_on_the_first_day_asked() -> None:
    # 65 on 1 December 2024: 64 on the first day asked, 65 on the first day registered
    person = Person(born=date(1959, 12, 1))

    answer = accepted(Register(person), add("2024-11-01", "2026-10-31", on="2026-12-15"))

    assert (answer.starts, answer.law) == (date(2024, 12, 15), Law.NEW)
    assert [branch_days(row) for row in answer.rows[:2]] == [{Branch.ANNUITIES: 17}, {Branch.ANNUITIES: 31}]


def test_an_amendment_that_starts_where_the_record_does_keeps_the_start_of_the_work() -> None:
    register = Register(Person(born=date(1959, 12, 1)))
    accepted(register, add("2024-11-01", "2026-10-31", on="2026-12-15"))

    again = accepted(register, amend("2024-12-15", "2026-10-31", on="2026-12-15"))

    assert branch_days(again.rows[0]) == {Branch.ANNUITIES: 17}


def test_late_days_without_annuities_have_no_branch_at_all() -> None:
    person = Person(born=date(1959, 12, 1))

    assert refused(Register(person), add("2024-12-01", "2026-10-31", on="2026-12-15")) == {Refusal.NO_BRANCH}


def test_days_on_time_without_annuities_are_insured_against_hazards() -> None:
    person = Person(born=date(1959, 12, 1))

    answer = accepted(Register(person), add("2026-11-10", "2026-12-15", on="2026-12-15"))

    assert [branch_days(row) for row in answer.rows] == [{Branch.HAZARDS: 21}, {Branch.HAZARDS: 15}]


def test_adjoining_periods_are_one_work() -> None:
    # 65 on 1 December 2024: the second period starts that day, but the work did on 1 November
    register = Register(Person(born=date(1959, 12, 1)))
    accepted(register, add("2024-11-01", "2024-11-30", on="2024-11-30"))

    second = accepted(register, add("2024-12-01", "2024-12-31", on="2024-12-31"))

    assert branch_days(second.rows[0]) == {Branch.ANNUITIES: 31, Branch.HAZARDS: 31}


def test_a_period_added_before_is_where_the_work_began_when_the_next_is_amended() -> None:
    # 65 on 15 February 2026: March alone is insured against hazards, February and March as one work in annuities too
    register = Register(Person(born=date(1961, 2, 15)))
    march = accepted(register, add("2026-03-01", "2026-03-31", on="2026-03-31"))
    accepted(register, add("2026-02-01", "2026-02-28", on="2026-03-31"))

    again = accepted(register, amend("2026-03-01", "2026-03-31", on="2026-03-31"))

    assert branch_days(march.rows[0]) == {Branch.HAZARDS: 31}
    assert branch_days(again.rows[0]) == {Branch.ANNUITIES: 31, Branch.HAZARDS: 31}


def test_the_first_coverage_is_not_that_of_the_form_an_amendment_replaces() -> None:
    # 60 on 1448-01-01 = 16 June 2026: what is asked twice comes to the same twice
    register = Register(Person(hijri_born=(1388, 1, 1), before_new_law=True))
    accepted(register, add("2026-06-15", "2026-06-30", on="2026-06-30"))

    first = accepted(register, amend("2026-06-16", "2026-06-30", on="2026-06-30"))
    again = accepted(register, amend("2026-06-16", "2026-06-30", on="2026-06-30"))

    assert branch_days(first.rows[0]) == branch_days(again.rows[0]) == {Branch.HAZARDS: 15}


def test_a_day_between_two_periods_parts_the_work() -> None:
    register = Register(Person(born=date(1959, 12, 1)))
    accepted(register, add("2024-11-01", "2024-11-30", on="2024-11-30"))

    second = accepted(register, add("2024-12-02", "2024-12-31", on="2024-12-31"))

    assert branch_days(second.rows[0]) == {Branch.HAZARDS: 30}


def test_the_old_law_counts_hijri_years() -> None:
    # born 1388-01-01: 59 on 1447-01-01 = 26 June 2025, 60 on 1448-01-01 = 16 June 2026
    person = Person(hijri_born=(1388, 1, 1), before_new_law=True)

    assert [age(person, on=day(text), law=Law.OLD) for text in ("2025-06-25", "2025-06-26")] == [58, 59]
    assert [age(person, on=day(text), law=Law.OLD) for text in ("2026-06-15", "2026-06-16")] == [59, 60]


@pytest.mark.parametrize(("starts", "covered"), [("2025-06-25", True), ("2025-06-26", False)])
def test_saned_is_closed_to_who_starts_at_59_hijri(starts: str, covered: bool) -> None:
    person = Person(hijri_born=(1388, 1, 1), before_new_law=True)

    (row,) = accepted(Register(person), add(starts, "2025-06-30", on="2025-06-30")).rows

    assert (Branch.SANED in row.parts) == covered


def test_saned_stops_with_the_first_month_that_begins_at_60_hijri() -> None:
    person = Person(hijri_born=(1388, 1, 1), before_new_law=True)
    register = Register(person)
    accepted(register, add("2025-06-01", "2025-06-30", on="2025-06-30"))

    rows = accepted(register, amend("2025-06-01", "2026-07-31", on="2026-07-31")).rows

    # July 2025 to May 2026 are late on 31 July 2026; June is in the worker's window, July on time
    assert [Branch.SANED in row.parts for row in rows[-2:]] == [True, False]


def test_the_old_law_asks_the_age_at_first_coverage() -> None:
    # 60 on 16 June 2026; covered since 2025 by another employer, so annuities stay open
    person = Person(hijri_born=(1388, 1, 1), before_new_law=True)
    register = Register(person)
    accepted(register, add("2025-06-01", "2025-06-30", on="2025-06-30"))

    later = accepted(register, add("2026-07-01", "2026-07-31", on="2026-07-31", employer=SECOND))

    assert branch_days(later.rows[0]) == {Branch.ANNUITIES: 31, Branch.HAZARDS: 31}
    assert branch_days(
        accepted(Register(person), add("2026-07-01", "2026-07-31", on="2026-07-31")).rows[0]
    ) == {Branch.HAZARDS: 31}


def test_nobody_under_fifteen_is_registered() -> None:
    person = Person(born=date(2011, 3, 2))

    assert refused(Register(person), add("2026-03-01", "2026-03-31", on="2026-03-31")) == {Refusal.UNDER_AGE}
    accepted(Register(person), add("2026-03-02", "2026-03-31", on="2026-03-31"))


def test_a_period_before_the_new_law_makes_the_old_one_apply() -> None:
    # November 2025 under the new law is 9.5% a side; with a period that starts on 2 July 2024, 9%
    november = add("2025-11-01", "2025-11-30", on="2025-11-30", employer=SECOND)
    register = Register(NEW)
    accepted(register, add("2024-07-02", "2024-07-31", on="2024-07-31"))

    assert accepted(Register(NEW), november).rows[0].parts[Branch.ANNUITIES].employee == 950_00
    assert accepted(register, november).rows[0].parts[Branch.ANNUITIES].employee == 900_00


def test_military_service_alone_leaves_later_periods_to_the_new_law() -> None:
    register = Register(NEW)
    military = add("2024-06-01", "2024-07-31", on="2024-07-31", system=System.MILITARY_PENSION)
    november = add("2025-11-01", "2025-11-30", on="2025-11-30", employer=SECOND)

    first, second = accepted(register, military), accepted(register, november)

    assert [row.parts for row in first.rows] == [
        {Branch.ANNUITIES: Part(n, 900_00, 900_00)} for n in (30, 31)
    ]
    assert (first.law, second.law) == (Law.OLD, Law.NEW)
    assert second.rows[0].parts[Branch.ANNUITIES].employee == 950_00
