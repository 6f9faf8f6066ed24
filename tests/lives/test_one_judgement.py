"""What was found wrong in the judgement of periods that change twice, each told as it was found.

Ten thousand riyals a month under the old law are 2,150.00 with every branch and 1,800.00 for annuities alone; amounts
are in halalas.
"""

from datetime import timedelta

import pytest

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.insurance import Route
from ishtirak.kernel.months import Month
from ishtirak.kernel.wage import LARGEST_WAGE
from ishtirak.register.periods import RecordedWageLine
from ishtirak.requests import rules
from ishtirak.requests.model import signing_digest
from ishtirak.statute.model import Branch
from ishtirak.statute.refusals import WageCorrectionTooLate
from tests.fakes.register import NAMUDHAJ, a_period
from tests.fakes.requests import CONTRIBUTOR, NOW, OWNER, returned
from tests.lives.account import Account

TEN_THOUSAND = 1_000_000


def recorded(account: Account, starts_on: str, ends_on: str, **facts: object) -> str:
    """A period in the register, at ten thousand riyals unless said otherwise; its id."""
    account.scene.records(person_id=OWNER, starts_on=starts_on, ends_on=ends_on, **facts)
    return a_period(starts_on, ends_on, person_id=OWNER, **facts).id


def wage_line(first: str, last: str, basic: int) -> RecordedWageLine:
    return RecordedWageLine(first_month=Month.parse(first), last_month=Month.parse(last), basic=basic)


def test_01_amending_twice_changes_no_branch_of_a_month() -> None:
    account = Account()
    period = recorded(account, "2026-01-01", "2026-04-30")

    extended = account.amend(period, "2025-12-01", "2026-04-30", on="2026-11-22")
    assert account.total == 1_040_000
    account.amend(extended, "2025-12-01", "2026-04-30", on="2026-11-22")

    assert account.total == 1_040_000


def test_01_and_no_late_month_gains_a_branch() -> None:
    account = Account()
    period = recorded(account, "2025-01-01", "2025-10-31", route=Route.RETROACTIVE)

    extended = account.amend(period, "2025-01-01", "2025-11-15", on="2025-12-10")
    assert account.total == 1_907_500
    account.amend(extended, "2025-01-01", "2025-11-15", on="2026-11-22")

    assert account.total == 1_907_500


LINES = (wage_line("2026-01", "2026-03", 500_000), wage_line("2026-04", "2026-06", 2_000_000))


def test_02_an_amendment_reads_every_recorded_wage_line() -> None:
    account = Account()
    period = recorded(account, "2026-01-01", "2026-06-30", wages=LINES)
    unchanged = [("2026-01", "2026-03", 500_000), ("2026-04", "2026-06", 2_000_000)]

    answer = account.assess("2026-01-01", "2026-06-30", on="2026-11-22", wage=unchanged, amends=period)
    assert [row.contributory_wage for row in answer.rows] == [500_000] * 3 + [2_000_000] * 3
    with pytest.raises(WageCorrectionTooLate) as refusal:
        account.assess("2026-01-01", "2026-06-30", on="2026-11-22", wage=2_000_000, amends=period)

    assert refusal.value.facts["month"] == "2026-01"


def test_02_the_joint_maximum_reads_the_wage_of_its_own_month() -> None:
    account = Account()
    elsewhere = (wage_line("2026-01", "2026-03", 3_000_000), wage_line("2026-04", "2026-06", 500_000))
    recorded(account, "2026-01-01", "2026-06-30", establishment=NAMUDHAJ, wages=elsewhere)

    answer = account.assess("2026-01-01", "2026-06-30", on="2026-11-22", wage=3_000_000)

    assert [row.contributory_wage for row in answer.rows] == [2_250_000] * 3 + [3_000_000] * 3


def test_05_a_return_for_completion_moves_no_window() -> None:
    request = returned()
    again = rules.submit(
        request, by=CONTRIBUTOR, signed=signing_digest(request), at=NOW + timedelta(days=40)
    ).after

    assert rules.requested_on(again) == rules.requested_on(request) == NOW.date()


def test_06_age_is_that_at_the_start_of_the_work() -> None:
    account = Account(birth_date=CivilDate.parse("1959-12-01"), uncompensated_before_new_law=frozenset())

    answer = account.assess("2024-11-01", "2026-06-30", on="2026-12-15")

    assert answer.registered.starts_on.isoformat() == "2024-12-15"
    assert {share.branch for row in answer.rows for share in row.branches} == {Branch.ANNUITIES}


def test_07_late_days_of_a_recorded_month_are_registered_for_annuities_alone() -> None:
    account = Account()
    period = recorded(account, "2025-06-30", "2025-06-30")

    (row,) = account.assess("2025-06-01", "2025-06-30", on="2026-06-01", amends=period).rows

    assert row.total == 180_000 + 500 + 667
    assert {share.branch: share.days for share in row.branches} == {
        Branch.ANNUITIES: 30,
        Branch.SANED: 1,
        Branch.HAZARDS: 1,
    }


def test_08_what_the_window_cuts_off_takes_nothing_from_the_days_on_time() -> None:
    account = Account()
    period = recorded(account, "2024-01-01", "2026-09-30")

    answer = account.assess("2023-01-01", "2026-10-31", on="2026-10-31", amends=period)

    assert answer.registered.starts_on.isoformat() == "2024-01-01"
    assert answer.rows[-1].total == 215_000


def test_09_employers_share_the_maximum_to_the_halala() -> None:
    large, small = Account(), Account()
    recorded(
        large,
        "2026-01-01",
        "2026-01-31",
        establishment=NAMUDHAJ,
        wages=(wage_line("2026-01", "2026-01", 100_000),),
    )
    recorded(
        small,
        "2026-01-01",
        "2026-01-31",
        establishment=NAMUDHAJ,
        wages=(wage_line("2026-01", "2026-01", 4_500_000),),
    )

    (of_large,) = large.assess("2026-01-01", "2026-01-31", on="2026-11-22", wage=4_500_000).rows
    (of_small,) = small.assess("2026-01-01", "2026-01-31", on="2026-11-22", wage=100_000).rows

    assert (of_large.contributory_wage, of_small.contributory_wage) == (4_354_839, 145_161)


def test_11_no_recorded_wage_breaks_a_later_assessment() -> None:
    account = Account()
    largest = RecordedWageLine(
        first_month=Month.parse("2026-01"), basic=LARGEST_WAGE, housing=LARGEST_WAGE, commission=LARGEST_WAGE
    )
    recorded(account, "2026-01-01", "2026-01-31", establishment=NAMUDHAJ, wages=(largest,))

    assert account.assess("2026-01-01", "2026-01-31", on="2026-11-22").total > 0
