"""What an amendment adds to what is recorded: that is billed for it, with the fines on that alone."""

from dataclasses import replace
from typing import Any

from ishtirak.kernel.identity import GccState
from ishtirak.kernel.insurance import Nationality
from ishtirak.statute.model import Assessment, Claim, ClaimKind, ExistingPeriod
from ishtirak.statute.rules import assess
from tests.unit.statute.claims import TABLES, claim, day, person, recorded


def amending(of: ExistingPeriod, starts_on: str, ends_on: str, **changes: Any) -> Claim:
    ordinary: dict[str, Any] = {"kind": ClaimKind.AMEND, "amends": of.id, "recorded": (of,)}
    return claim(starts_on, ends_on, **(ordinary | {"requested_on": "2026-11-22"} | changes))


def assessed(asked: Claim) -> Assessment:
    return assess(asked, tables=TABLES, as_of=asked.requested_on)


def test_what_a_claim_adds_is_all_of_it_where_nothing_is_amended() -> None:
    answer = assessed(claim("2025-01-01", "2025-03-31"))

    assert (answer.added_contributions, answer.added_fines) == (answer.contributions, answer.fines)


def test_an_amendment_adds_what_is_not_recorded_and_the_fines_on_that() -> None:
    of = recorded("2026-01-01", "2026-01-31")

    answer = assessed(amending(of, "2025-12-01", "2026-01-31"))
    unchanged = assessed(amending(of, "2026-01-01", "2026-01-31"))

    assert (answer.contributions, answer.added_contributions) == (180_000 + 215_000, 180_000)
    assert answer.added_fines == answer.rows[0].fine == 180_000 * 11 * 2 // 100
    assert (unchanged.added_contributions, unchanged.added_fines) == (0, 0)


def test_what_one_side_owes_less_takes_nothing_from_the_other() -> None:
    """A month recorded late for annuities at one wage; only the growing side is added."""
    of = recorded("2026-11-01", "2026-11-22", wage=1_000_000)

    answer = assessed(amending(of, "2026-11-01", "2026-11-10", wage=2_000_000))

    (row,) = answer.rows
    assert answer.added_contributions == 0
    assert row.total < 215_000


def test_days_recorded_before_the_tables_add_nothing_to_an_amendment() -> None:
    of = recorded("2021-01-01", "2026-11-10")

    answer = assessed(amending(of, "2026-10-01", "2026-11-10"))

    assert answer.added_contributions == 0


def test_what_the_tables_cannot_tell_of_the_recorded_period_is_added_whole() -> None:
    national = person(nationality=Nationality.GCC, gcc_state=GccState.OMAN)
    rates = TABLES.gcc_home_rates
    recent = replace(
        rates.entries[-1], applies_to={"gcc_state": GccState.OMAN.value}, in_force_from=day("2026-03-01")
    )
    tables = TABLES.model_copy(update={"gcc_home_rates": replace(rates, entries=(recent,))})
    of = recorded("2026-01-01", "2026-04-30")
    asked = amending(of, "2026-04-01", "2026-04-30", person=national)

    answer = assess(asked, tables=tables, as_of=asked.requested_on)

    assert answer.added_contributions == answer.contributions > 0
