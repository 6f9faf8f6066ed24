"""Decisions of the authority about a bill, without HTTP."""

from datetime import date
from typing import Any

import pytest

from ishtirak.billing import decisions
from ishtirak.billing.judgement import is_extended
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill, DecisionKind, DecisionState
from ishtirak.billing.plans import instalment_plan
from ishtirak.billing.posting import BilledPosting
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import ChangedMeanwhile, NotFound
from ishtirak.kernel.interest import OwnInterest
from ishtirak.register.ledger import AccountState
from ishtirak.use_cases.answer_decision import answer_decision
from ishtirak.use_cases.extend_counting import extend_counting
from ishtirak.use_cases.grant_instalments import grant_instalments
from ishtirak.use_cases.read_bills import BillOnDay
from ishtirak.use_cases.step_up import Intent
from ishtirak.use_cases.waive_fines import waive_fines
from tests.fakes.bills import OFFICER, SUPERVISOR, BilledAccount, a_notice, desk_of, grounds, reason
from tests.fakes.proofs import A_PROOF
from tests.fakes.register import MITHAL, PERSON
from tests.fakes.transaction import InMemoryTransaction

EMPLOYER = "00000000-0000-4000-8000-000000000005"


@pytest.fixture
def account() -> BilledAccount:
    return BilledAccount()


def given(account: BilledAccount, by: Caller = OFFICER) -> dict[str, Any]:
    """Who decides, and with what."""
    return {
        "by": by,
        "desk": desk_of(account),
        "transaction": account.register.transaction,
        "proof_id": A_PROOF,
    }


def waived(account: BilledAccount, by: Caller = OFFICER, **facts: Any) -> BillOnDay:
    terms = {"percent": 50, "board_resolution": None} | facts
    return waive_fines(account.bill_id, **terms, **reason(), **given(account, by))


def test_what_was_decided_is_committed_with_the_bill_as_it_stands_after(account: BilledAccount) -> None:
    before = account.bill

    result = waived(account)

    transaction = account.register.transaction
    assert isinstance(transaction, InMemoryTransaction)
    assert transaction.results[-1] is result
    assert result.bill == account.bill
    assert result.settlement.due == before.total - before.fines // 2
    assert [event.type for event in account.events] == ["PeriodPosted", "FineWaived"]


def test_instalments_wait_for_a_supervisor_who_answers(account: BilledAccount) -> None:
    plan: dict[str, Any] = {"count": 3, "first_due_on": date(2026, 12, 20), "guarantee": "G-77"}
    proposed = grant_instalments(account.bill_id, **plan, **reason(), **given(account))
    (decision,) = proposed.bill.decisions

    answered = answer_decision(account.bill_id, decision.id, approved=True, **given(account, SUPERVISOR))

    assert (decision.kind, decision.state) == (DecisionKind.INSTALMENTS, DecisionState.PROPOSED)
    assert instalment_plan(answered.bill) is not None
    assert account.bill == answered.bill


def test_a_declined_extension_has_no_effect(account: BilledAccount) -> None:
    proposed = extend_counting(account.bill_id, **reason(), **given(account))
    (decision,) = proposed.bill.decisions

    answer_decision(account.bill_id, decision.id, approved=False, **given(account, SUPERVISOR))

    assert account.bill.decisions[0].state is DecisionState.DECLINED
    assert not is_extended(account.bill)


def test_nobody_decides_about_their_own_bill_or_one_of_their_establishment(account: BilledAccount) -> None:
    register = account.register
    register.transaction.commit(register.appoint(EMPLOYER, MITHAL))

    for person_id in (PERSON, EMPLOYER):
        with pytest.raises(OwnInterest):
            waived(account, Caller(person_id, person_id, frozenset({Role.OFFICER})))

    assert account.bill.decisions == ()


def test_nothing_is_decided_about_a_bill_that_does_not_exist(account: BilledAccount) -> None:
    with pytest.raises(NotFound):
        extend_counting("absent", **reason(), **given(account))


def test_a_payment_that_comes_between_reading_and_deciding_wins(account: BilledAccount) -> None:
    def slow(state: AccountState, bill: Bill) -> BilledPosting:
        account.receive(a_notice())
        return decisions.extend_counting(state, bill, grounds=grounds(), calculator=bill_calculator())

    with pytest.raises(ChangedMeanwhile):
        desk_of(account).decide(
            account.bill_id,
            slow,
            intent=Intent("extend_counting", A_PROOF),
            by=OFFICER,
            transaction=account.register.transaction,
        )

    assert account.bill.decisions == ()
    assert account.bill.received == 100_000
