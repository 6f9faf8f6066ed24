"""What a plan of instalments asks for, while its bill goes on living."""

from datetime import date, timedelta

import pytest

from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.plans import instalments_on
from tests.fakes.bills import ISSUED, BilledAccount, a_notice, a_row
from tests.unit.billing.desk import FIRST_DUE, amend, answer, billed, october, plan, waive

ANOTHER = "00000000-0000-4000-8000-0000000000aa"


def planned(account: BilledAccount) -> BilledAccount:
    """The bill with a plan of three instalments, in force at once."""
    plan(account)
    answer(account, ISSUED)
    return account


def asked(account: BilledAccount, day: date = ISSUED) -> list[tuple[int, bool, bool]]:
    """Of each instalment: amount, paid, overdue."""
    settlement = bill_calculator().on(account.bill, day)
    return [(part.amount, part.paid, part.overdue) for part in instalments_on(account.bill, settlement)]


def test_a_bill_without_a_plan_has_no_instalments() -> None:
    assert asked(october()) == []


def test_a_plan_that_waits_is_not_asked_for() -> None:
    account = october()
    plan(account)

    assert asked(account) == []


@pytest.mark.parametrize(
    ("days", "overdue"), [(0, [False, False]), (1, [True, False]), (31, [True, False]), (32, [True, True])]
)
def test_an_instalment_is_overdue_from_the_day_after_its_own(days: int, overdue: list[bool]) -> None:
    account = planned(billed(a_row("2026-11", 1_500_000, 1_500_000)))

    parts = asked(account, FIRST_DUE + timedelta(days=days))

    assert [late for _, _, late in parts][:2] == overdue
    assert not any(paid for _, paid, _ in parts)


@pytest.mark.parametrize(
    ("received", "paid"), [(999_999, 0), (1_000_000, 1), (1_999_999, 1), (2_999_999, 2), (3_000_000, 3)]
)
def test_what_came_in_since_pays_the_instalments_in_order(received: int, paid: int) -> None:
    account = planned(billed(a_row("2026-11", 1_500_000, 1_500_000)))
    account.receive(a_notice(amount=received))

    parts = asked(account, FIRST_DUE + timedelta(days=400))

    assert [part for _, part, _ in parts] == [True] * paid + [False] * (3 - paid)
    assert [late for _, _, late in parts] == [False] * paid + [True] * (3 - paid)
    assert [amount for amount, _, _ in parts] == [1_000_000] * 3


def test_what_was_received_before_the_plan_pays_no_instalment() -> None:
    account = billed(a_row("2026-11", 1_500_000, 1_500_000))
    account.receive(a_notice(amount=600_000))
    planned(account)

    assert asked(account) == [(800_000, False, False)] * 3


def test_the_last_instalments_give_way_to_a_waiver() -> None:
    account = planned(october())
    account.receive(a_notice(amount=13_600_000))
    assert waive(account, percent=50).in_force

    assert asked(account) == [
        (13_600_000, True, False),
        (13_600_000, False, False),
        (13_200_000, False, False),
    ]


def test_a_plan_asks_for_no_more_than_an_amended_period_comes_to() -> None:
    account = planned(billed(a_row("2026-11", 1_500_000, 1_500_000)))
    account.receive(a_notice(amount=100_000))

    amend(account, a_row("2026-11", 600_000, 600_000))
    shorter = asked(account)
    amend(account, a_row("2026-11", 25_000, 25_000), id=ANOTHER)

    assert shorter == [(1_000_000, False, False), (200_000, False, False)]
    assert asked(account) == [(100_000, True, False)]


def test_a_later_plan_takes_the_place_of_an_earlier_one() -> None:
    account = planned(billed(a_row("2026-11", 1_500_000, 1_500_000)))
    plan(account, count=2, day=ISSUED + timedelta(days=1))
    answer(account, ISSUED + timedelta(days=2))

    assert [amount for amount, _, _ in asked(account)] == [1_500_000] * 2


def test_the_smallest_instalments_are_asked_for_on_their_days() -> None:
    account = billed(a_row("2026-11", 0, 2))
    plan(account, count=2, first_due_on=date(2026, 12, 22))

    parts = instalments_on(account.bill, bill_calculator().on(account.bill, ISSUED))

    assert [(part.due_on, part.amount) for part in parts] == [(date(2026, 12, 22), 1), (date(2027, 1, 22), 1)]
