"""What an hour of text messages holds: never more than the budget, and what is kept for codes is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ishtirak.messages.budget import (
    SHARDS,
    HourUse,
    SmsBudget,
    TextKind,
    budgets,
    hour_of,
    next_hour,
    percent_used,
    place,
)
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.transaction import commit

AT = datetime(2026, 11, 25, 9, 59, 59, tzinfo=UTC)
HOUR = datetime(2026, 11, 25, 9, tzinfo=UTC)


def sent(kinds: list[TextKind], budget: SmsBudget) -> tuple[HourUse, list[bool]]:
    """The hour after these were asked for one after another, and which were let through."""
    counters, through = BudgetsInMemory(), []
    for number, kind in enumerate(kinds):
        charge = place(counters.use(HOUR), kind=kind, reference=f"text-{number}", budget=budget)
        through.append(charge is not None)
        if charge is not None:
            commit(counters.charge(charge))
    return counters.use(HOUR), through


@given(
    kinds=st.lists(st.sampled_from(TextKind), max_size=80),
    an_hour=st.integers(1, 50),
    kept=st.integers(0, 49),
)
def test_no_hour_holds_more_than_its_budget_and_notices_never_use_what_is_kept(
    kinds: list[TextKind], an_hour: int, kept: int
) -> None:
    budget = SmsBudget(an_hour=an_hour, kept_for_codes=min(kept, an_hour - 1))

    use, through = sent(kinds, budget)

    assert use.texts == sum(through) <= an_hour
    assert use.notices <= budget.for_notices


@given(an_hour=st.integers(1, 200))
def test_nothing_of_the_budget_is_lost_to_the_counters(an_hour: int) -> None:
    budget = SmsBudget(an_hour=an_hour, kept_for_codes=0)

    _, through = sent([TextKind.CODE] * (an_hour + 1), budget)

    assert through == [True] * an_hour + [False]


def test_a_code_passes_where_a_notice_waits() -> None:
    budget = SmsBudget(an_hour=20, kept_for_codes=12)

    _, through = sent([TextKind.NOTICE] * 9 + [TextKind.CODE] * 13, budget)

    assert through == [True] * 8 + [False] + [True] * 12 + [False]


def test_texts_of_one_hour_are_spread_over_all_counters() -> None:
    use, _ = sent([TextKind.CODE] * 1000, SmsBudget(an_hour=60_000, kept_for_codes=0))

    assert len(use.shards) == SHARDS
    assert all(shard.texts > 1000 // SHARDS // 2 for shard in use.shards)


@pytest.mark.parametrize(
    ("codes", "notices", "percent"), [(0, 0, 0), (15, 0, 75), (16, 0, 80), (20, 0, 100), (0, 8, 100)]
)
def test_the_fuller_of_both_is_shown(codes: int, notices: int, percent: int) -> None:
    budget = SmsBudget(an_hour=20, kept_for_codes=12)

    use, _ = sent([TextKind.CODE] * codes + [TextKind.NOTICE] * notices, budget)

    assert percent_used(use, budget=budget) == percent


def test_an_hour_begins_and_ends_on_the_hour_whatever_the_zone() -> None:
    in_riyadh = AT.astimezone(tz=None)

    assert hour_of(in_riyadh) == HOUR
    assert next_hour(AT) == HOUR + timedelta(hours=1)
    assert next_hour(HOUR) == HOUR + timedelta(hours=1)


def test_a_budget_that_keeps_everything_for_codes_is_refused() -> None:
    with pytest.raises(ValidationError, match="nothing is left for notices"):
        SmsBudget(an_hour=10, kept_for_codes=10)


def test_every_budget_is_sourced_and_said_to_be_assumed() -> None:
    assert all(entry.assumed and entry.source for entry in budgets().entries)
