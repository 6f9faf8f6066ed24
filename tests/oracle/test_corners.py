"""Lives that chance tells too seldom, each written for one corner; the engine has to agree on them too."""

from datetime import date

import pytest

from tests.oracle.by_hand import NEW, OLD, SECOND, add, amend, branch_days, paying
from tests.oracle.compare import first_disagreement
from tests.oracle.engine import Engine
from tests.oracle.facts import Act, Answer, Branch, Life, Person, Refusal, Refused, Registered, System
from tests.oracle.lives import lived

ALL = {Branch.ANNUITIES, Branch.SANED, Branch.HAZARDS}
SIXTY_FIVE_IN_MIDFEBRUARY = Person(born=date(1961, 2, 15))
"""65 on 15 February 2026."""
SIXTY_FIVE_IN_DECEMBER = Person(born=date(1959, 12, 1))
"""65 on 1 December 2024."""


def last_answer(person: Person, *acts: Act) -> Answer:
    """What both say to the last of the acts."""
    told = lived(Life(person, acts))
    assert first_disagreement(told, other=Engine(person)) is None
    return told.answers[-1]


def branches(answer: Answer) -> set[Branch]:
    assert isinstance(answer, Registered), answer
    return {branch for row in answer.rows for branch in row.parts}


@pytest.mark.parametrize(("riyals", "refused"), [(10_000, False), (9_000, True)])
def test_a_wage_is_remembered_through_two_amendments(riyals: int, refused: bool) -> None:
    wages = (paying(10_000, last="2026-03"), paying(riyals, first="2026-04", last="2026-04"))

    answer = last_answer(
        OLD,
        add("2026-01-01", "2026-04-30", on="2026-04-30"),
        amend("2026-01-01", "2026-03-31", on="2026-05-10"),
        amend("2026-01-01", "2026-02-28", on="2026-05-20"),
        amend("2026-01-01", "2026-04-30", on="2026-06-10", wages=wages),
    )

    assert (answer == Refused(frozenset({Refusal.WAGE_CORRECTION_TOO_LATE}))) == refused


def test_a_period_goes_on_with_the_work_of_one_the_window_cut_off() -> None:
    answer = last_answer(
        SIXTY_FIVE_IN_DECEMBER,
        add("2024-11-01", "2025-01-31", on="2026-12-15"),
        add("2025-02-01", "2025-02-28", on="2026-12-15"),
    )

    assert branches(answer) == {Branch.ANNUITIES}


def test_a_chain_recorded_backwards_is_one_work() -> None:
    answer = last_answer(
        SIXTY_FIVE_IN_MIDFEBRUARY,
        add("2026-02-16", "2026-02-28", on="2026-02-28"),
        add("2026-02-01", "2026-02-15", on="2026-02-28"),
        add("2026-03-01", "2026-03-31", on="2026-03-31"),
    )

    assert branches(answer) == {Branch.ANNUITIES, Branch.HAZARDS}


def test_another_employers_period_is_no_part_of_the_chain() -> None:
    answer = last_answer(
        SIXTY_FIVE_IN_MIDFEBRUARY,
        add("2026-02-01", "2026-02-15", on="2026-02-28", employer=SECOND),
        add("2026-02-16", "2026-02-28", on="2026-02-28"),
    )

    assert branches(answer) == {Branch.HAZARDS}


def test_another_systems_period_is_no_part_of_the_chain() -> None:
    answer = last_answer(
        SIXTY_FIVE_IN_MIDFEBRUARY,
        add("2026-02-01", "2026-02-15", on="2026-02-28", system=System.CIVIL_PENSION),
        add("2026-02-16", "2026-02-28", on="2026-02-28"),
    )

    assert branches(answer) == {Branch.HAZARDS}


def test_a_period_that_moves_to_other_days_remembers_the_days_it_left() -> None:
    answer = last_answer(
        OLD,
        add("2024-01-01", "2024-01-31", on="2024-01-31"),
        amend("2024-03-01", "2024-03-31", on="2024-03-31"),
        amend("2024-01-01", "2024-01-31", on="2027-01-01"),
    )

    assert branches(answer) == ALL


def test_a_period_between_two_it_was_known_in_needs_the_window() -> None:
    acts = (
        add("2024-01-01", "2024-01-31", on="2024-01-31"),
        amend("2024-03-01", "2024-03-31", on="2024-03-31"),
        amend("2024-01-01", "2024-03-31", on="2027-01-01"),
    )

    answer = last_answer(OLD, *acts)

    # the days of February were never registered: what is left of what was asked is March, and nothing recorded is lost
    assert isinstance(answer, Registered)
    assert (answer.starts, answer.ends) == (date(2024, 3, 1), date(2024, 3, 31))


@pytest.mark.parametrize("others", [1, 2])
def test_several_periods_of_one_other_employer_are_one_wage(others: int) -> None:
    # 30,000 beside 30,000: half of the maximum each, however the other employer's month is parted
    parts = [("2026-04-01", "2026-04-10", 20_000), ("2026-04-11", "2026-04-30", 30_000)]
    elsewhere = [
        add(starts, ends, on="2026-04-30", wages=(paying(riyals),), employer=SECOND)
        for starts, ends, riyals in parts[-others:]
    ]
    here = add("2026-04-01", "2026-04-30", on="2026-04-30", wages=(paying(30_000),))

    answer = last_answer(NEW, *elsewhere, here)

    assert isinstance(answer, Registered)
    assert answer.rows[0].wage == 22_500_00


def test_nobody_moves_a_month_to_the_window_by_amending() -> None:
    # 31 January was late when it was first registered, and stays so though the rest of the month is added later still
    answer = last_answer(
        OLD,
        add("2026-01-31", "2026-02-28", on="2026-03-31"),
        amend("2026-01-01", "2026-02-28", on="2026-05-31"),
    )

    assert isinstance(answer, Registered)
    assert [branch_days(row) for row in answer.rows] == [
        {Branch.ANNUITIES: 31},
        {Branch.ANNUITIES: 28, Branch.SANED: 28, Branch.HAZARDS: 28},
    ]
