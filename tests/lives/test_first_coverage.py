"""The old law asks how old a person was at first coverage: that is never told by days an amendment takes back."""

from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.statute.model import Branch
from tests.lives.account import Account

TURNS_SIXTY = "2026-06-16"
"""1448-01-01: sixty Hijri years after the birth date."""


def test_a_later_start_asked_for_twice_comes_to_the_same_twice() -> None:
    account = Account(birth_date=CivilDate(Calendar.HIJRI, 1388, 1, 1))
    before = account.post("2026-06-15", "2026-06-30", on="2026-06-30")

    first = account.assess(TURNS_SIXTY, "2026-06-30", on="2026-06-30", amends=before)
    amended = account.amend(before, TURNS_SIXTY, "2026-06-30", on="2026-06-30")
    again = account.assess(TURNS_SIXTY, "2026-06-30", on="2026-06-30", amends=amended)

    assert {share.branch for row in first.rows for share in row.branches} == {Branch.HAZARDS}
    assert again.total == first.total
