"""What becomes of a bill when the period it is for is amended or reversed."""

from datetime import date

import pytest

from ishtirak.billing import posting
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import BillState, UnmatchedReason
from ishtirak.use_cases.settle_payment import PaymentOutcome
from tests.fakes.bills import ISSUED, BilledAccount, a_bill, a_notice, a_payment, a_row, ledger_rows, paid
from tests.fakes.register import OTHER_PERSON, PERSON, a_cause

WHOLE = a_bill().total


@pytest.fixture
def account() -> BilledAccount:
    return BilledAccount()


def test_a_reversed_period_cancels_its_bill_and_what_was_paid_is_credit(account: BilledAccount) -> None:
    account.receive(a_notice(amount=250_000))
    billed = PeriodBills((account.bill,), bill_calculator())

    account.store(
        posting.reverse(
            account.state, period=account.period, entries=account.entries, cause=a_cause(), billed=billed
        )
    )

    assert account.bill.state is BillState.CANCELLED
    received = account.state.projection.received
    assert (received.contributions, received.fines, received.credit) == (0, 0, 250_000)
    assert bill_calculator().as_it_stands(account.bill).credit == 250_000
    assert account.receive(a_notice("WF2")) == [PaymentOutcome.UNMATCHED]
    (lost,) = account.register.payments.unmatched(limit=5)
    assert lost.reason is UnmatchedReason.BILL_CANCELLED


def test_an_amended_period_is_billed_no_more_than_it_comes_to(account: BilledAccount) -> None:
    account.receive(a_notice(amount=WHOLE))
    shorter = account.period.model_copy(update={"ends_on": date(2025, 1, 31)})
    rows = ledger_rows(a_bill(None, a_row("2025-01", 90_000, 60_000)))

    account.store(
        posting.amend(
            account.state,
            before=account.period,
            entries=account.entries,
            after=shorter,
            rows=rows,
            cause=a_cause(),
            billed=PeriodBills((account.bill,), bill_calculator()),
        )
    )

    settled = bill_calculator().as_it_stands(account.bill)
    assert [(row.month.month, row.worker, row.employer) for row in account.bill.rows] == [(1, 90_000, 60_000)]
    assert account.bill.state is BillState.SETTLED
    assert settled.due == 0
    assert settled.credit == WHOLE - 150_000 - account.bill.fines
    assert account.state.projection.received.credit == settled.credit


def test_of_several_bills_the_youngest_gives_way_and_they_follow_the_period(account: BilledAccount) -> None:
    account.receive(a_notice(amount=180_000))
    entry = account.entries[0]
    younger = a_bill(None, a_row("2025-01", 10_000, 10_000), id=PERSON, issued_on=date(2026, 12, 1))
    elsewhere = entry.model_copy(
        update={"seq": 9, "span": entry.span.model_copy(update={"period_id": OTHER_PERSON})}
    )
    rows = ledger_rows(a_bill(None, a_row("2025-01", 95_000, 90_000)))

    changed, moves = PeriodBills((younger, account.bill), bill_calculator()).adjusted_to(
        rows, undone=entry, posted=elsewhere
    )

    assert [(bill.issued_on, bill.rows[0].worker, bill.rows[0].employer) for bill in changed] == [
        (ISSUED, 90_000, 90_000),
        (date(2026, 12, 1), 5_000, 0),
    ]
    assert {bill.period_id for bill in changed} == {OTHER_PERSON}
    assert [(move.seq, move.span.period_id, move.covered[0].contribution) for move in moves] == [
        (10, account.period.id, -180_000),
        (11, OTHER_PERSON, 180_000),
    ]


def test_what_a_period_comes_to_is_added_up_over_its_branches(account: BilledAccount) -> None:
    whole = ledger_rows(account.bill)
    halves = tuple(
        row.model_copy(update={"worker": row.worker // 2, "employer": row.employer // 2, "branch": branch})
        for row in whole
        for branch in ("ANNUITIES", "SANED")
    )

    billed = PeriodBills((account.bill,), bill_calculator())
    ((kept,), moves) = billed.adjusted_to(halves, undone=account.entries[0], posted=account.entries[0])

    assert (kept.rows, moves) == (account.bill.rows, ())


def test_credit_that_grows_is_told_by_what_it_grew(account: BilledAccount) -> None:
    account.receive(a_notice(amount=WHOLE + 500))
    entry = account.entries[0]
    rows = ledger_rows(a_bill(None, a_row("2025-01"), a_row("2025-02")))

    billed = PeriodBills((account.bill,), bill_calculator())
    ((kept,), (move,)) = billed.adjusted_to(rows, undone=entry, posted=entry)

    assert bill_calculator().as_it_stands(kept).credit == 500 + 180_000 + 72_000
    assert (move.credit, move.money) == (252_000, 0)


def test_the_moves_of_several_bills_are_numbered_one_after_the_other(account: BilledAccount) -> None:
    other = a_bill(None, a_row("2025-02", 10_000, 10_000), id=PERSON, issued_on=date(2026, 12, 1))
    paid_of = [
        paid(bill, [a_payment(f"WF{place}", bill.total, date(2026, 12, 2))])
        for place, bill in enumerate((account.bill, other))
    ]
    entry = account.entries[0]

    _, moves = PeriodBills(tuple(paid_of), bill_calculator()).adjusted_to((), undone=entry, posted=None)

    assert [move.seq for move in moves] == [2, 3]
    assert [move.bill_id for move in moves] == [account.bill_id, PERSON]
