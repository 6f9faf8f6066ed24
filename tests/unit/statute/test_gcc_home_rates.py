"""CON-01: what a national of another Council state pays here, month by month, from the shipped table."""

import pytest

from ishtirak.kernel.identity import GccState
from ishtirak.kernel.insurance import Nationality
from ishtirak.statute.coverage import capped_at_local
from ishtirak.statute.model import Branch
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import Rate
from tests.unit.statute.claims import TABLES, claim, day, person


@pytest.mark.parametrize("state", list(GccState))
def test_every_state_has_a_rate_for_every_month_the_tables_reach(state: GccState) -> None:
    reach = TABLES.reach.entries[-1].value

    for first in (reach.first, day("2024-07-01"), reach.last):
        rate = TABLES.gcc_home_rates.at(first, gcc_state=state.value)
        assert rate.assumed
        assert 0 < rate.value.employee < rate.value.employer


@pytest.mark.parametrize(
    ("state", "month", "rate"),
    [
        ("AE", "2023-10-01", Rate(employee=500, employer=1_500)),
        ("AE", "2023-11-01", Rate(employee=1_100, employer=1_500)),
        ("BH", "2022-04-01", Rate(employee=600, employer=900)),
        ("BH", "2022-05-01", Rate(employee=600, employer=1_100)),
        ("BH", "2025-12-01", Rate(employee=700, employer=1_400)),
        ("BH", "2028-01-01", Rate(employee=700, employer=1_700)),
        ("OM", "2023-12-01", Rate(employee=700, employer=1_050)),
        ("OM", "2024-01-01", Rate(employee=750, employer=1_100)),
        ("QA", "2022-12-01", Rate(employee=500, employer=1_000)),
        ("QA", "2023-01-01", Rate(employee=700, employer=1_400)),
    ],
)
def test_a_home_rate_changes_with_the_home_law(state: str, month: str, rate: Rate) -> None:
    assert TABLES.gcc_home_rates.at(day(month), gcc_state=state).value == rate


@pytest.mark.parametrize(
    ("state", "worker"),
    [("AE", 170_000), ("BH", 120_000), ("KW", 120_000), ("OM", 95_000), ("QA", 120_000)],
)
def test_ten_thousand_riyals_of_2025_cost_the_employer_nine_percent_and_the_worker_the_rest_of_the_home_rate(
    state: str, worker: int
) -> None:
    gcc = person(nationality=Nationality.GCC, gcc_state=GccState(state))

    answer = assess(claim("2025-01-01", "2025-03-31", person=gcc), tables=TABLES, as_of=day("2026-09-30"))

    assert [(row.employee, row.employer) for row in answer.rows] == [(worker, 90_000)] * 3
    assert {share.branch for row in answer.rows for share in row.branches} == {Branch.ANNUITIES}
    (rule,) = (rule for rule in answer.applied if rule.code == "gcc_home_rate")
    assert rule.assumed


@pytest.mark.parametrize(("until", "worker"), [("2028-06", 800), ("2028-07", 750)])
def test_the_cap_rises_with_the_local_rate(until: str, worker: int) -> None:
    month = day(f"{until}-01")
    local = TABLES.rates.at(month, system="SOCIAL_INSURANCE", law="NEW", branch="ANNUITIES").value
    home = TABLES.gcc_home_rates.at(month, gcc_state="OM").value

    assert capped_at_local(home, local=local) == Rate(employee=worker, employer=1_850 - worker)
