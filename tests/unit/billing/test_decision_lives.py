"""Proposal, payment, amendment, approval and time in every order."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ishtirak.billing import decisions
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill, BillDecision, DecisionKind
from ishtirak.billing.posting import BilledPosting
from ishtirak.kernel.errors import DomainError
from tests.fakes.bills import (
    BilledAccount,
    a_notice,
    a_row,
    grounds,
)
from tests.unit.billing.desk import (
    SEVENTH_DAY,
    amend,
    answer,
    extend,
    october,
    plan,
    waive,
)

LIVES = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.sampled_from([1, 180_000, 10_000_000, 40_000_000, 41_000_000])),
        st.tuples(st.just("amend"), st.sampled_from([20_000_000, 19_999_998, 10_000_000])),
        st.tuples(st.just("wait"), st.sampled_from([1, 3, 25, 60])),
        st.tuples(st.just("propose"), st.sampled_from([waive, plan, extend])),
        st.tuples(st.just("answer"), st.booleans()),
    ),
    max_size=9,
)


@given(LIVES)
@settings(max_examples=300, deadline=None)
def test_whatever_is_put_in_force_could_be_proposed_on_that_day_as_it_is(life: list[tuple[str, Any]]) -> None:
    account, day = october(), SEVENTH_DAY
    for place, (act, what) in enumerate(life):
        if act == "wait":
            day += timedelta(days=what)
        elif act == "pay":
            account.receive(a_notice(f"WF{place}", what, day))
        elif act == "amend":
            amend(account, a_row("2026-10", what, what))
        elif act == "propose":
            with suppress(DomainError):
                what(account, day=day, **({"first_due_on": day} if what is plan else {}))
        elif account.bill.waiting:
            assert_approved_only_as_it_could_be_proposed(account, day, approved=what)


def assert_approved_only_as_it_could_be_proposed(
    account: BilledAccount, day: date, *, approved: bool
) -> None:
    decision, before, state = account.bill.waiting, account.bill, account.state
    assert decision is not None
    try:
        after = answer(account, day, approved=approved)
    except DomainError:
        assert approved
        return
    if not approved:
        return
    others = tuple(each for each in before.decisions if each.id != decision.id)
    without = before.model_copy(update={"decisions": others})
    (anew,) = propose_anew(decision, without, state, day).changed[0].decisions[len(others) :]
    granted = next(each for each in after.decisions if each.id == decision.id)
    assert (anew.kind, anew.basis, anew.received_before) == (
        granted.kind,
        granted.basis,
        granted.received_before,
    )
    assert anew.instalments == granted.instalments
    today = {fine.month: fine.amount for fine in anew.waived}
    assert all(fine.amount <= today[fine.month] for fine in granted.waived)
    assert bill_calculator().on(after, day).due == bill_calculator().on(before, day).due - sum(
        fine.amount for fine in granted.waived
    )


def propose_anew(decision: BillDecision, bill: Bill, state: Any, day: date) -> BilledPosting:
    stated = grounds(day=day, board_resolution=decision.board_resolution)
    if decision.kind is DecisionKind.WAIVER:
        return decisions.waive_fines(
            state, bill, percent=decision.percent, grounds=stated, calculator=bill_calculator()
        )
    if decision.kind is DecisionKind.EXTENSION:
        return decisions.extend_counting(state, bill, grounds=stated, calculator=bill_calculator())
    return decisions.grant_instalments(
        state,
        bill,
        count=len(decision.instalments),
        first_due_on=decision.instalments[0].due_on,
        guarantee="G-1",
        grounds=stated,
        calculator=bill_calculator(),
    )
