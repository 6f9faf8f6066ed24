"""What the account's chain of events and its ledger say of payments, decisions and bills."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ishtirak.billing import decisions, posting, refusals
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import BillState, DecisionState, PaymentRecord, PaymentState, UnmatchedReason
from ishtirak.register.ledger import EntryKind
from ishtirak.register.periods import Source, SourceKind
from tests.fakes.bills import (
    ISSUED,
    OFFICER,
    REFERENCE,
    SUPERVISOR,
    BilledAccount,
    a_bill,
    a_notice,
    a_row,
    ledger_rows,
)
from tests.fakes.register import MITHAL, OTHER_PERSON, PERSON, a_cause, a_period
from tests.unit.billing.desk import SEVENTH_DAY, answer, billed, extend, october, plan, waive


@pytest.fixture
def account() -> BilledAccount:
    return BilledAccount()


def test_a_payment_is_told_with_what_it_covered_and_left_due(account: BilledAccount) -> None:
    before = account.bill

    account.receive(a_notice("WF1", 180_000 + 79_200 + 5))

    event, entry = account.events[-1], account.entries[-1]
    assert event.type == "BillPartlyPaid"
    assert event.data == {
        "person_id": PERSON,
        "system": "SOCIAL_INSURANCE",
        "bill_id": before.id,
        "bill_reference": REFERENCE,
        "period_id": account.period.id,
        "establishment": MITHAL.reveal(),
        "state": "PARTLY_PAID",
        "payment_reference": "WF1",
        "amount_halalas": 259_205,
        "paid_on": "2026-11-22",
        "due_halalas": before.total - 259_205,
        "credit_halalas": 0,
        "months_paid": ["2025-01"],
    }
    assert entry.kind is EntryKind.PAYMENT
    assert entry.source == Source(kind=SourceKind.PAYMENT, reference="WF1", version=1)


def test_the_payment_that_settles_a_bill_is_told_as_such_with_the_credit(account: BilledAccount) -> None:
    account.receive(a_notice("WF1", account.bill.total + 7))

    event = account.events[-1]
    assert event.type == "BillPaid"
    assert (event.data["state"], event.data["due_halalas"], event.data["credit_halalas"]) == ("SETTLED", 0, 7)
    assert event.data["months_paid"] == ["2025-01", "2025-02", "2025-03"]


def test_payments_are_kept_by_day_and_reference_however_they_came(account: BilledAccount) -> None:
    account.receive(
        a_notice("WF3", 3, ISSUED + timedelta(days=2)),
        a_notice("WF2", 2),
        a_notice("WF1", 1),
    )

    assert [payment.reference for payment in account.bill.payments] == ["WF1", "WF2", "WF3"]
    assert [entry.seq for entry in account.entries] == [1, 2, 3, 4]


def test_a_decision_is_told_with_who_made_it_about_what_and_why(account: BilledAccount) -> None:
    decision = waive(account, percent=10)

    event = account.events[-1]
    assert (event.type, event.actor, event.source) == ("FineWaived", OFFICER.person_id, "ishtirak.billing")
    assert event.data == {
        "person_id": PERSON,
        "system": "SOCIAL_INSURANCE",
        "bill_id": account.bill_id,
        "bill_reference": REFERENCE,
        "period_id": account.period.id,
        "establishment": MITHAL.reveal(),
        "state": "ISSUED",
        "decision_id": decision.id,
        "reason_code": "OTHER",
        "amount_halalas": decision.amount,
    }
    assert account.bill.state is BillState.ISSUED


@pytest.mark.parametrize(
    ("propose", "approved", "told"),
    [
        (waive, True, ["WaiverProposed", "FineWaived"]),
        (waive, False, ["WaiverProposed", "WaiverDeclined"]),
        (plan, True, ["InstalmentsProposed", "InstalmentsGranted"]),
        (plan, False, ["InstalmentsProposed", "InstalmentsDeclined"]),
        (extend, True, ["ExtensionProposed", "CountingExtended"]),
        (extend, False, ["ExtensionProposed", "ExtensionDeclined"]),
    ],
)
def test_every_answer_has_a_name_of_its_own(propose: Any, approved: bool, told: list[str]) -> None:
    account = october()
    propose(account)

    bill = answer(account, SEVENTH_DAY, approved=approved)

    assert [event.type for event in account.events[-2:]] == told
    assert account.events[-1].actor == SUPERVISOR.person_id
    assert bill.decisions[0].approved_by == SUPERVISOR.person_id
    assert bill.decisions[0].approved_at == "2026-11-22T09:00:00.000Z"


def test_the_day_of_an_approval_is_the_day_in_the_kingdom() -> None:
    account = october()
    decision = waive(account, day=SEVENTH_DAY)

    with pytest.raises(refusals.WaiverAboveLimit):
        decisions.answer_decision(
            account.state,
            account.bill,
            decision.id,
            approved=True,
            by=SUPERVISOR,
            at=datetime(2026, 11, 25, 21, 0, tzinfo=UTC),
            calculator=bill_calculator(),
        )


def test_decisions_of_two_bills_have_ids_of_their_own(account: BilledAccount) -> None:
    other = BilledAccount(period=a_period("2025-01-01", id=OTHER_PERSON))

    assert waive(account, percent=1).id != waive(other, percent=1).id
    assert waive(account, percent=1).id != account.bill.decisions[0].id


@pytest.mark.parametrize(
    ("halalas", "state"), [(500_000, DecisionState.IN_FORCE), (500_001, DecisionState.PROPOSED)]
)
def test_a_plan_above_the_sum_waits_and_one_of_it_does_not(halalas: int, state: DecisionState) -> None:
    decision = plan(billed(a_row("2026-11", 0, halalas)))

    assert (decision.state, decision.guarantee) == (state, "G-1")


def test_what_was_waived_before_is_no_part_of_a_plan() -> None:
    account = billed(a_row("2025-01", 700_000, 700_000))
    account.receive(a_notice(amount=1_400_000))
    waived = waive(account, percent=50)

    decision = plan(account)

    assert (waived.amount, decision.amount) == (308_000, 308_000)
    assert decision.in_force
    assert decision.received_before == 1_400_000


def test_a_month_without_a_fine_left_does_not_hide_those_after_it(account: BilledAccount) -> None:
    account.receive(a_notice(amount=180_000 + 79_200))

    decision = waive(account, percent=50)

    assert [fine.month.month for fine in decision.waived] == [2, 3]


def test_of_one_day_a_decision_comes_before_a_payment(account: BilledAccount) -> None:
    waive(account, percent=50)
    due = bill_calculator().as_it_stands(account.bill).due

    account.receive(a_notice("00", due))

    assert account.bill.state is BillState.SETTLED


def test_an_amendment_tells_the_bill_it_issued_and_those_it_changed(account: BilledAccount) -> None:
    further = a_bill(account.period, a_row("2025-04"), id=OTHER_PERSON, reference="ISH-2")

    posted = posting.amend(
        account.state,
        before=account.period,
        entries=account.entries,
        after=account.period.model_copy(update={"ends_on": date(2025, 4, 30)}),
        rows=ledger_rows(a_bill(None, *account.bill.rows, a_row("2025-04"))),
        cause=a_cause(),
        bill=further,
        billed=PeriodBills((account.bill,), bill_calculator()),
    )

    assert posted.issued == (further,)
    assert posted.posting.event.data["bill_id"] == further.id
    assert posted.posting.event.data["bills_changed"] == [account.bill_id]


def test_a_period_that_was_never_billed_is_amended_and_reversed_without_bills(account: BilledAccount) -> None:
    amended = posting.amend(
        account.state,
        before=account.period,
        entries=account.entries,
        after=account.period,
        rows=(),
        cause=a_cause(),
    )
    undone = posting.reverse(account.state, period=account.period, entries=account.entries, cause=a_cause())

    for posted in (amended, undone):
        assert posted.changed == ()
        assert posted.posting.event.data["bill_id"] is None
        assert "bills_changed" not in posted.posting.event.data


def test_a_payment_that_reused_a_reference_has_a_chain_of_its_own() -> None:
    facts = {"reference": "WF1", "bill_reference": "B", "amount": 1, "paid_at": "", "digest": "d1"}
    record = PaymentRecord(**facts, message_id="m", received_at="", state=PaymentState.UNMATCHED)
    reused = record.model_copy(update={"reason": UnmatchedReason.REFERENCE_REUSED})

    assert str(record.aggregate) == "payment/WF1"
    assert str(reused.aggregate) == "payment/WF1/d1"
