"""What the authority may decide about a bill: with reasons, within limits, and by two people when it is large."""

from datetime import date, timedelta
from typing import Any

import pytest

from ishtirak.billing import decisions, refusals
from ishtirak.billing.judgement import is_extended
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import BillState, DecisionKind, DecisionState
from ishtirak.billing.plans import instalment_plan
from ishtirak.kernel.errors import Denied, NotFound
from ishtirak.kernel.interest import OwnInterest
from ishtirak.use_cases.settle_payment import PaymentOutcome
from tests.fakes.bills import (
    ISSUED,
    OFFICER,
    SUPERVISOR,
    BilledAccount,
    Calendar,
    a_bill,
    a_notice,
    a_row,
    grounds,
)

WHOLE = a_bill().total


@pytest.fixture
def account() -> BilledAccount:
    return BilledAccount()


def test_half_a_fine_may_be_let_off_and_more_only_by_the_board(account: BilledAccount) -> None:
    half = decisions.waive_fines(
        account.state, account.bill, percent=50, grounds=grounds(), calculator=bill_calculator()
    )
    (bill,) = half.changed

    assert half.posting.event.type == "FineWaived"
    assert bill_calculator().as_it_stands(bill).due == WHOLE - account.bill.fines // 2
    with pytest.raises(refusals.WaiverAboveLimit):
        decisions.waive_fines(account.state, bill, percent=1, grounds=grounds(), calculator=bill_calculator())
    with pytest.raises(refusals.WaiverAboveLimit):
        decisions.waive_fines(
            account.state, account.bill, percent=51, grounds=grounds(), calculator=bill_calculator()
        )


def test_what_several_waivers_let_off_adds_up(account: BilledAccount) -> None:
    for percent in (30, 20):
        account.store(
            decisions.waive_fines(
                account.state, account.bill, percent=percent, grounds=grounds(), calculator=bill_calculator()
            )
        )

    assert bill_calculator().as_it_stands(account.bill).due == WHOLE - account.bill.fines // 2


def test_what_was_let_off_is_not_paid_again(account: BilledAccount) -> None:
    account.store(
        decisions.waive_fines(
            account.state, account.bill, percent=50, grounds=grounds(), calculator=bill_calculator()
        )
    )
    due = bill_calculator().as_it_stands(account.bill).due

    assert account.receive(a_notice(amount=due)) == [PaymentOutcome.BILL_PAID]

    assert bill_calculator().as_it_stands(account.bill).credit == 0
    assert account.state.projection.received.fines == account.bill.fines // 2


def test_a_decision_counts_from_its_approval_and_moves_no_money_received_before(
    account: BilledAccount,
) -> None:
    stated = grounds(board_resolution="B-12")
    account.store(
        decisions.waive_fines(
            account.state, account.bill, percent=100, grounds=stated, calculator=bill_calculator()
        )
    )
    account.receive(a_notice(amount=180_000))
    later = ISSUED + timedelta(days=1)

    answered = decisions.answer_decision(
        account.state,
        account.bill,
        account.bill.decisions[0].id,
        approved=True,
        by=SUPERVISOR,
        at=Calendar(later).now(),
        calculator=bill_calculator(),
    )

    (bill,) = answered.changed
    assert (bill.decisions[0].decided_on, bill.state) == (later, BillState.PARTLY_PAID)
    assert bill_calculator().as_it_stands(bill).due == 2 * 180_000
    assert answered.posting.entries == ()


@pytest.mark.parametrize(("day", "allowed"), [(date(2026, 11, 25), True), (date(2026, 11, 26), False)])
def test_all_of_a_fine_may_be_let_off_up_to_ten_days_late(day: date, allowed: bool) -> None:
    bill = a_bill(None, a_row("2026-10"), issued_on=date(2026, 11, 16))
    account = BilledAccount()

    def waive() -> Any:
        stated = grounds(day=day)
        return decisions.waive_fines(
            account.state, bill, percent=100, grounds=stated, calculator=bill_calculator()
        )

    if allowed:
        assert bill_calculator().as_it_stands(waive().changed[0]).due == 180_000
    else:
        with pytest.raises(refusals.WaiverAboveLimit):
            waive()


def test_a_resolution_of_the_board_waits_for_a_supervisor_and_has_no_effect_before(
    account: BilledAccount,
) -> None:
    stated = grounds(board_resolution="B-12")
    account.store(
        decisions.waive_fines(
            account.state, account.bill, percent=100, grounds=stated, calculator=bill_calculator()
        )
    )
    proposed = account.bill.waiting
    assert proposed is not None
    assert bill_calculator().as_it_stands(account.bill).due == WHOLE
    assert [bill.id for bill in account.register.bills.awaiting_decision(limit=5)] == [account.bill_id]

    def approve(by: Any, decision: str = proposed.id, *, approved: bool = True) -> Any:
        return decisions.answer_decision(
            account.state,
            account.bill,
            decision,
            approved=approved,
            by=by,
            at=grounds().at,
            calculator=bill_calculator(),
        )

    with pytest.raises(Denied):
        approve(OFFICER)
    with pytest.raises(NotFound):
        approve(SUPERVISOR, decision=account.bill_id)
    with pytest.raises(refusals.DecisionWaiting):
        decisions.extend_counting(
            account.state, account.bill, grounds=grounds(), calculator=bill_calculator()
        )
    declined = approve(SUPERVISOR, approved=False)
    account.store(approve(SUPERVISOR))

    assert declined.posting.event.type == "WaiverDeclined"
    assert account.events[-1].type == "FineWaived"
    assert bill_calculator().as_it_stands(account.bill).due == account.bill.contributions
    assert account.register.bills.awaiting_decision(limit=5) == ()
    with pytest.raises(refusals.DecisionMade):
        approve(SUPERVISOR)


def test_nobody_approves_what_they_proposed(account: BilledAccount) -> None:
    stated = grounds(SUPERVISOR, board_resolution="B-12")
    account.store(
        decisions.waive_fines(
            account.state, account.bill, percent=100, grounds=stated, calculator=bill_calculator()
        )
    )

    with pytest.raises(OwnInterest):
        decisions.answer_decision(
            account.state,
            account.bill,
            account.bill.decisions[0].id,
            approved=True,
            by=SUPERVISOR,
            at=stated.at,
            calculator=bill_calculator(),
        )


def test_a_large_waiver_waits_even_without_the_board() -> None:
    large = a_bill(None, a_row("2025-01", 2_000_000, 2_000_000))

    posting = decisions.waive_fines(
        BilledAccount().state, large, percent=50, grounds=grounds(), calculator=bill_calculator()
    )

    assert posting.changed[0].decisions[0].state is DecisionState.PROPOSED


def test_a_bill_without_a_fine_has_nothing_to_waive() -> None:
    on_time = a_bill(None, a_row("2026-11"))

    with pytest.raises(refusals.NothingToWaive):
        decisions.waive_fines(
            BilledAccount().state, on_time, percent=50, grounds=grounds(), calculator=bill_calculator()
        )


def test_a_plan_divides_what_is_due_without_losing_a_halala(account: BilledAccount) -> None:
    posting = decisions.grant_instalments(
        account.state,
        account.bill,
        count=7,
        first_due_on=date(2026, 12, 20),
        guarantee="G-1",
        grounds=grounds(),
        calculator=bill_calculator(),
    )

    (decision,) = posting.changed[0].decisions
    assert sum(part.amount for part in decision.instalments) == WHOLE
    assert [str(part.due_on) for part in decision.instalments[:3]] == [
        "2026-12-20",
        "2027-01-20",
        "2027-02-20",
    ]
    assert decision.state is DecisionState.PROPOSED
    assert instalment_plan(posting.changed[0]) is None


@pytest.mark.parametrize(
    ("count", "first"),
    [(1, date(2026, 12, 1)), (25, date(2026, 12, 1)), (2, date(2026, 11, 21)), (2, date(2026, 12, 24))],
)
def test_a_plan_is_neither_too_long_nor_too_late(account: BilledAccount, count: int, first: date) -> None:
    with pytest.raises(refusals.PlanNotAllowed) as refused:
        decisions.grant_instalments(
            account.state,
            account.bill,
            count=count,
            first_due_on=first,
            guarantee="G-1",
            grounds=grounds(),
            calculator=bill_calculator(),
        )

    assert refused.value.facts == {"most": 24, "days": 31}


@pytest.mark.parametrize(("count", "first"), [(2, ISSUED), (24, date(2026, 12, 23))])
def test_the_longest_plan_that_begins_last_is_allowed(
    account: BilledAccount, count: int, first: date
) -> None:
    posting = decisions.grant_instalments(
        account.state,
        account.bill,
        count=count,
        first_due_on=first,
        guarantee="G-1",
        grounds=grounds(),
        calculator=bill_calculator(),
    )

    assert len(posting.changed[0].decisions[0].instalments) == count


def test_the_longer_counting_is_the_governors_and_given_once(account: BilledAccount) -> None:
    account.store(
        decisions.extend_counting(
            account.state, account.bill, grounds=grounds(), calculator=bill_calculator()
        )
    )
    decision = account.bill.decisions[0]
    assert (decision.kind, decision.state) == (DecisionKind.EXTENSION, DecisionState.PROPOSED)
    assert not is_extended(account.bill)

    account.store(
        decisions.answer_decision(
            account.state,
            account.bill,
            decision.id,
            approved=True,
            by=SUPERVISOR,
            at=grounds().at,
            calculator=bill_calculator(),
        )
    )

    assert is_extended(account.bill)
    with pytest.raises(refusals.AlreadyExtended):
        decisions.extend_counting(
            account.state, account.bill, grounds=grounds(), calculator=bill_calculator()
        )


def test_nothing_is_decided_about_a_settled_bill(account: BilledAccount) -> None:
    account.receive(a_notice(amount=WHOLE))

    with pytest.raises(refusals.BillNotOpen):
        decisions.waive_fines(
            account.state, account.bill, percent=10, grounds=grounds(), calculator=bill_calculator()
        )
