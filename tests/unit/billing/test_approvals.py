"""What was proposed is judged again on the day it is put in force, on the bill as it is then."""

from datetime import date, timedelta
from typing import Any

import pytest

from ishtirak.billing import refusals
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import DecisionState
from tests.fakes.bills import (
    ISSUED,
    a_notice,
    a_row,
)
from tests.fakes.register import OTHER_PERSON
from tests.unit.billing.desk import (
    FIRST_DUE,
    SEVENTH_DAY,
    TENTH_DAY,
    amend,
    answer,
    billed,
    extend,
    october,
    plan,
    waive,
)


def test_reg_art_25_a_whole_waiver_is_approved_as_long_as_the_delay_is_ten_days() -> None:
    account = october()
    waive(account, day=SEVENTH_DAY)

    bill = answer(account, TENTH_DAY)

    assert bill.decisions[0].in_force
    assert bill_calculator().on(bill, TENTH_DAY).due == bill.contributions


@pytest.mark.parametrize("days", [1, 293])
def test_reg_art_25_a_whole_waiver_is_not_approved_once_the_delay_is_longer(days: int) -> None:
    account = october()
    waive(account, day=SEVENTH_DAY)

    with pytest.raises(refusals.WaiverAboveLimit) as refused:
        answer(account, TENTH_DAY + timedelta(days=days))

    assert refused.value.facts == {"month": "2026-10", "percent": 50, "days": 10}
    assert account.bill.waiting is not None


def test_reg_art_25_a_resolution_of_the_board_goes_beyond_the_limit_on_any_day() -> None:
    account = october()
    waive(account, day=SEVENTH_DAY, board_resolution="B-12")

    bill = answer(account, SEVENTH_DAY + timedelta(days=300))

    assert bill.decisions[0].in_force


@pytest.mark.parametrize("first", ["payment", "proposal"])
def test_reg_art_25_a_delay_ends_on_the_day_the_contribution_was_paid(first: str) -> None:
    account = october()
    payment = a_notice(amount=40_000_000, on=date(2026, 11, 23))
    if first == "payment":
        account.receive(payment)
    waive(account, day=TENTH_DAY)
    if first == "proposal":
        account.receive(payment)

    bill = answer(account, TENTH_DAY + timedelta(days=200))

    assert bill_calculator().as_it_stands(bill).due == 0


def test_reg_art_25_a_month_waived_within_its_limit_is_not_a_reason_for_another() -> None:
    account = billed(a_row("2026-10", 20_000_000, 20_000_000), a_row("2026-09"), issued_on=date(2026, 11, 16))

    with pytest.raises(refusals.WaiverAboveLimit) as refused:
        waive(account, day=SEVENTH_DAY)

    assert refused.value.facts["month"] == "2026-09"


def test_reg_art_25_what_a_payment_left_of_a_fine_is_no_way_around_the_percentage() -> None:
    account = billed(a_row("2025-01"))
    account.receive(a_notice(amount=180_000 + account.bill.fines * 6 // 10))

    with pytest.raises(refusals.WaiverAboveLimit):
        waive(account, percent=60)


@pytest.mark.parametrize(("amount", "left"), [(180_000 + 1, True), (180_000 + 39_600, False)])
def test_more_than_is_due_of_a_fine_when_it_is_approved_is_not_waived(amount: int, left: bool) -> None:
    account = billed(a_row("2025-01"), a_row("2025-02"))
    waive(account, board_resolution="B-12")
    account.receive(a_notice(amount=amount))

    with pytest.raises(refusals.FineChanged) as refused:
        answer(account, ISSUED + timedelta(days=1))

    assert refused.value.facts == {
        "month": "2025-01",
        "proposed": 79_200,
        "halalas": 79_199 if left else 39_600,
    }


def test_a_fine_that_grew_after_the_proposal_is_waived_as_far_as_was_proposed() -> None:
    account = billed(a_row("2025-01"))
    decision = waive(account, percent=30, board_resolution="B-12")
    later = ISSUED + timedelta(days=60)

    bill = answer(account, later)

    (month,) = bill_calculator().on(bill, later).months
    assert (decision.amount, month.waived) == (23_760, 23_760)
    assert month.fine > 79_200


def test_a_month_that_became_late_after_the_proposal_is_none_of_the_waiver() -> None:
    account = billed(a_row("2026-09", 30_000_000, 30_000_000), a_row("2026-10"), issued_on=date(2026, 11, 10))
    waive(account, percent=50, day=date(2026, 11, 10))

    bill = answer(account, date(2026, 11, 22))

    assert [(fine.month.month, fine.amount) for fine in bill.decisions[0].waived] == [(9, 600_000)]


def test_a_waiver_of_a_fine_that_is_paid_by_then_is_refused() -> None:
    account = billed(a_row("2025-01", 20_000_000, 20_000_000), a_row("2025-02"))
    waive(account, percent=50)
    account.receive(a_notice(amount=40_000_000 + 17_600_000))

    with pytest.raises(refusals.FineChanged):
        answer(account, ISSUED)


def test_an_approval_after_everything_was_paid_finds_the_bill_closed() -> None:
    for propose in (waive, plan, extend):
        account = october()
        propose(account)
        account.receive(a_notice(amount=account.bill.total))

        with pytest.raises(refusals.BillNotOpen):
            answer(account, ISSUED)

        assert answer(account, ISSUED, approved=False).waiting is None


def test_reg_art_29_a_plan_is_not_approved_when_something_was_paid_since() -> None:
    account = billed(a_row("2026-11", 40_800_000, 40_800_000))
    plan(account, count=24, day=ISSUED)
    account.receive(a_notice(amount=81_599_999))

    with pytest.raises(refusals.DueChanged) as refused:
        answer(account, ISSUED)

    assert refused.value.facts == {"proposed": 81_600_000, "halalas": 1}


def test_reg_art_29_a_plan_is_not_approved_when_fines_grew_since() -> None:
    account = billed(a_row("2025-01", 500_000, 500_000))
    plan(account, first_due_on=date(2026, 12, 20))

    with pytest.raises(refusals.DueChanged):
        answer(account, date(2026, 12, 16))

    assert answer(account, date(2026, 12, 15)).decisions[0].in_force


def test_reg_art_29_a_plan_is_not_approved_after_the_day_of_its_first_instalment() -> None:
    account = billed(a_row("2026-11", 5_000_000, 5_000_000))
    plan(account)

    with pytest.raises(refusals.PlanDayPassed) as refused:
        answer(account, FIRST_DUE + timedelta(days=1))

    assert refused.value.facts == {"first_due_on": "2026-12-10"}
    assert answer(account, FIRST_DUE).decisions[0].in_force


def test_reg_art_29_only_what_came_in_after_the_approval_pays_instalments() -> None:
    """What was paid and what fines added in the meantime may be the same sum: then the plan still fits."""
    account = billed(a_row("2025-01", 500_000, 500_000))
    plan(account, first_due_on=date(2026, 12, 20))
    account.receive(a_notice(amount=19_608, on=ISSUED + timedelta(days=2)))
    accrued = bill_calculator().on(account.bill, date(2026, 12, 16)).due - account.bill.total

    bill = answer(account, date(2026, 12, 16))

    assert accrued == 0
    assert bill.decisions[0].received_before == 19_608


@pytest.mark.parametrize(("halalas", "count", "kept"), [(24, 24, True), (23, 24, False), (1, 2, False)])
def test_reg_art_29_no_instalment_is_of_nothing(halalas: int, count: int, kept: bool) -> None:
    account = billed(a_row("2026-11", 0, halalas))

    if kept:
        assert [part.amount for part in plan(account, count=count).instalments] == [1] * count
    else:
        with pytest.raises(refusals.InstalmentsTooSmall) as refused:
            plan(account, count=count)
        assert refused.value.pointer == "/count"
        assert refused.value.facts == {"count": count, "halalas": halalas}


def test_reg_art_35_counting_is_not_extended_once_every_contribution_is_paid() -> None:
    account = billed(a_row("2025-01"))
    extend(account)
    account.receive(a_notice(amount=180_000))

    with pytest.raises(refusals.NothingUnpaid):
        answer(account, ISSUED)
    answer(account, ISSUED, approved=False)
    with pytest.raises(refusals.NothingUnpaid):
        extend(account)


@pytest.mark.parametrize("propose", [waive, plan, extend])
def test_what_was_proposed_about_a_period_that_was_amended_since_is_proposed_anew(propose: Any) -> None:
    account = october()
    propose(account)
    amend(account, a_row("2026-10", 20_000_000, 19_999_999))

    with pytest.raises(refusals.PeriodAmended):
        answer(account, SEVENTH_DAY)

    answer(account, SEVENTH_DAY, approved=False)
    propose(account)
    assert answer(account, SEVENTH_DAY).decisions[-1].in_force


@pytest.mark.parametrize("same_id", [False, True])
def test_an_amendment_that_changes_nothing_billed_counts_when_the_period_is_another(same_id: bool) -> None:
    account = october()
    extend(account)
    amend(
        account,
        a_row("2026-10", 20_000_000, 20_000_000),
        id=account.period.id if same_id else OTHER_PERSON,
    )

    if same_id:
        assert answer(account, SEVENTH_DAY).decisions[0].in_force
    else:
        with pytest.raises(refusals.PeriodAmended):
            answer(account, SEVENTH_DAY)


def test_the_sum_that_one_person_may_waive_is_for_all_waivers_of_a_bill_together() -> None:
    account = billed(a_row("2025-01", 1_000_000, 1_000_000))

    first = waive(account, percent=40)
    second = waive(account, percent=10)

    assert (first.amount, first.state) == (352_000, DecisionState.IN_FORCE)
    assert (second.amount, second.state) == (88_000, DecisionState.IN_FORCE)
    later = waive(account, percent=10, day=ISSUED + timedelta(days=200))
    assert (later.amount, later.state) == (112_000, DecisionState.PROPOSED)
