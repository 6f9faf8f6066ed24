"""Notices of payments, in any order and however often, and money no bill takes."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ishtirak.billing.model import BillState, PaymentRecord, PaymentState, UnmatchedReason
from ishtirak.eventlog.event import event_hash
from ishtirak.kernel.errors import ChangedMeanwhile, Invalid, Unavailable
from ishtirak.kernel.pages import Page
from ishtirak.kernel.transaction import MAX_TRIES, Items
from ishtirak.register import statement
from ishtirak.register.ledger import EntryKind
from ishtirak.use_cases.list_unmatched_payments import list_unmatched_payments
from ishtirak.use_cases.settle_payment import PaymentOutcome
from tests.fakes.bills import ISSUED, BilledAccount, a_bill, a_notice
from tests.fakes.cursors import PlainCursors

WHOLE = a_bill().total


@pytest.fixture
def account() -> BilledAccount:
    return BilledAccount()


def test_a_notice_settles_what_it_pays_for_in_one_step(account: BilledAccount) -> None:
    assert account.receive(a_notice(amount=100_000)) == [PaymentOutcome.BILL_PARTLY_PAID]

    (payment,) = account.bill.payments
    entry = account.entries[-1]
    event = account.events[-1]
    kept = account.register.payments.find("WF1")
    assert kept is not None
    assert (payment.amount, account.bill.state) == (100_000, BillState.PARTLY_PAID)
    assert (entry.kind, entry.money) == (EntryKind.PAYMENT, 100_000)
    assert account.state.projection.received.contributions == 100_000
    assert (event.type, event.source, event.data["amount_halalas"]) == (
        "BillPartlyPaid",
        "ishtirak.billing",
        100_000,
    )
    assert (kept.state, kept.bill_id) == (PaymentState.APPLIED, account.bill_id)


def test_the_whole_sum_settles_the_bill_and_names_the_months_paid(account: BilledAccount) -> None:
    assert account.receive(a_notice(amount=WHOLE)) == [PaymentOutcome.BILL_PAID]

    event = account.events[-1]
    assert (account.bill.state, event.type) == (BillState.SETTLED, "BillPaid")
    assert event.data["months_paid"] == ["2025-01", "2025-02", "2025-03"]
    assert event_hash(vars(event)) == event.hash
    months = statement.months_of_periods(account.entries)[account.period.id]
    assert [month.is_paid for month in months.values()] == [True, True, True]


def test_the_same_notice_again_changes_nothing(account: BilledAccount) -> None:
    account.receive(a_notice())
    before = (account.bill, account.entries, account.state, len(account.events))

    assert (
        account.receive(a_notice(), a_notice(paid_at="2026-11-22T11:00:00+03:00"))
        == [PaymentOutcome.DUPLICATE] * 2
    )

    assert (account.bill, account.entries, account.state, len(account.events)) == before


def test_a_reference_used_for_something_else_is_kept_apart_and_shown(account: BilledAccount) -> None:
    account.receive(a_notice())

    taken = account.receive(a_notice(amount=100_001), a_notice(amount=100_001), a_notice())

    assert taken == [PaymentOutcome.UNMATCHED, PaymentOutcome.DUPLICATE, PaymentOutcome.DUPLICATE]
    (lost,) = account.register.payments.unmatched(limit=10)
    assert (lost.reason, lost.amount) == (UnmatchedReason.REFERENCE_REUSED, 100_001)
    assert account.bill.received == 100_000


@pytest.mark.parametrize(
    ("notice", "reason"),
    [
        (a_notice(bill_reference="ISH-1448-00000000-0"), UnmatchedReason.BILL_UNKNOWN),
        (a_notice(on=ISSUED - timedelta(days=1)), UnmatchedReason.PAID_BEFORE_THE_BILL),
    ],
)
def test_money_no_bill_takes_is_kept_and_shown(
    account: BilledAccount, notice: Any, reason: UnmatchedReason
) -> None:
    assert account.receive(notice, notice) == [PaymentOutcome.UNMATCHED, PaymentOutcome.DUPLICATE]

    (lost,) = account.register.payments.unmatched(limit=10)
    (event,) = account.register.events_of(lost.aggregate)
    assert (lost.reason, lost.amount, lost.state) == (reason, 100_000, PaymentState.UNMATCHED)
    assert (event.type, event.data["reason"]) == ("PaymentUnmatched", reason.value)
    assert account.bill.payments == ()


def test_money_no_bill_takes_comes_in_pages_each_payment_once(account: BilledAccount) -> None:
    account.receive(*(a_notice(f"WF{place}", bill_reference="ISH-1448-00000000-0") for place in range(5)))
    account.receive(a_notice("WF0", bill_reference="ISH-1448-00000000-0", amount=7))

    def page(after: str | None = None) -> Page[PaymentRecord]:
        return list_unmatched_payments(
            limit=2, after=after, payments=account.register.payments, cursors=PlainCursors()
        )

    pages = [page()]
    while (after := pages[-1].next) is not None:
        pages.append(page(after))

    found = [(lost.reference, lost.amount) for each in pages for lost in each.items]
    assert len(pages) == 3
    assert sorted(found) == sorted([*((f"WF{place}", 100_000) for place in range(5)), ("WF0", 7)])
    with pytest.raises(Invalid):
        page("decisions@2026")


def test_a_payment_of_a_day_to_come_is_not_believed(account: BilledAccount) -> None:
    tomorrow = a_notice(on=ISSUED + timedelta(days=1))

    assert account.settle(tomorrow) is PaymentOutcome.UNMATCHED


def test_a_notice_that_always_comes_second_goes_back_to_the_queue() -> None:
    account = BilledAccount()
    commits: list[tuple[Items, ...]] = []

    class AlwaysSecond:
        def commit(self, *items: Items, result: object = None) -> None:
            commits.append(items)
            raise ChangedMeanwhile()

    account.register.transaction = AlwaysSecond()

    with pytest.raises(Unavailable):
        account.receive(a_notice())

    assert len(commits) == MAX_TRIES


NOTICES = st.lists(st.tuples(st.integers(1, 400_000), st.integers(0, 90)), min_size=1, max_size=5).map(
    lambda pairs: [
        a_notice(f"WF{place}", amount, ISSUED + timedelta(days=offset))
        for place, (amount, offset) in enumerate(pairs)
    ]
)


@settings(max_examples=60, deadline=None)
@given(NOTICES, st.data())
def test_any_order_with_duplicates_ends_alike(notices: list[Any], data: st.DataObject) -> None:
    repeated = [*notices, *data.draw(st.lists(st.sampled_from(notices), max_size=4))]
    shuffled = data.draw(st.permutations(repeated))
    one, other = BilledAccount(), BilledAccount()

    one.receive(*notices)
    other.receive(*shuffled)

    assert other.bill == one.bill
    assert other.state.projection.received == one.state.projection.received
    assert statement.months_of_periods(other.entries) == statement.months_of_periods(one.entries)
    assert other.register.payments.unmatched(limit=9) == ()
