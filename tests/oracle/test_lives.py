"""The random lives are worth living: most acts are accepted, and every kind of answer comes up."""

import pytest

from tests.oracle.facts import Branch, Law, Refusal, System
from tests.oracle.lives import FIRST_DAY, LAST_DAY, told
from tests.oracle.shares import LIVES, main, shares


def test_most_acts_are_accepted_and_every_kind_of_answer_comes_up() -> None:
    found = shares(told(number).life for number in range(LIVES))

    assert found["accepted"] > 0.6 * found["acts"]
    assert found["accepted amended"] > 0.6 * found["amended"]
    assert found["accepted amended"] > 0.3 * found["acts"]
    every = [
        *(f"refused {reason}" for reason in Refusal),
        *(f"law {law}" for law in Law),
        *System,
        "truncated",
        f"months of {Branch.ANNUITIES}",
        f"months of {Branch.HAZARDS}",
        f"months of {Branch.ANNUITIES} and {Branch.HAZARDS}",
        f"months of {Branch.ANNUITIES} and {Branch.HAZARDS} and {Branch.SANED}",
        "months of a raised or cut wage",
        "months of a shared maximum",
        "months with days of two routes",
    ]
    assert {name: found[name] for name in every if found[name] < 20} == {}


def test_a_life_is_told_by_its_number() -> None:
    assert (told(7).life, told(7).answers) == (told(7).life, told(7).answers)
    assert told(7).life != told(8).life


def test_lives_stay_within_the_years_that_have_rates_and_go_forward() -> None:
    for number in range(100):
        acts = told(number).life.acts

        requested = [act.requested_on for act in acts]
        assert requested == sorted(requested)
        assert all(FIRST_DAY <= act.starts <= act.ends and act.requested_on <= LAST_DAY for act in acts)


def test_the_shares_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main()

    assert "accepted amended" in capsys.readouterr().out
