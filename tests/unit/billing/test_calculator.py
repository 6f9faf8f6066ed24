"""What is due on a bill, on which day, and what each halala of a payment came to cover."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.lateness import StatutoryLateness, bill_calculator
from ishtirak.billing.model import Bill, BillState, Payment
from ishtirak.billing.terms import CollectionTerms, WithinMonth, collection_terms, in_force
from ishtirak.kernel.dated import Entry, Table
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from tests.fakes.bills import ISSUED, a_bill, a_payment, a_row, paid

MONTHS = 180_000
FIRST, SECOND, THIRD = (Month(2025, month) for month in (1, 2, 3))

ROWS = st.lists(
    st.builds(
        lambda month, worker, employer: a_row(str(Month(2024, 12).plus(month)), worker, employer),
        st.integers(0, 20),
        st.integers(0, 200_003),
        st.integers(1, 200_003),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row.month,
)
BILLS = st.builds(lambda rows: a_bill(None, *rows), ROWS)
AMOUNTS = st.one_of(st.integers(1, 400_000), st.integers(1, 3_000_000))
PAYMENTS = st.lists(st.tuples(AMOUNTS, st.integers(0, 200)), max_size=6).map(
    lambda pairs: [
        a_payment(f"WF{place}", amount, ISSUED + timedelta(days=offset))
        for place, (amount, offset) in enumerate(pairs)
    ]
)
LATER = st.integers(0, 400).map(lambda offset: ISSUED + timedelta(days=offset))


def calculator(order: WithinMonth) -> BillCalculator:
    """The statutes' fines, but months covered in that order."""
    entry = Entry[WithinMonth](in_force_from=date(2022, 2, 1), value=order, source="a test")
    table = Table[WithinMonth](name="within_month", title="A table of this test", entries=(entry,))
    return BillCalculator(StatutoryLateness(), collection_terms().model_copy(update={"within_month": table}))


@pytest.mark.parametrize(
    ("month", "on", "months"),
    [(FIRST, date(2026, 11, 22), 22), (THIRD, date(2026, 11, 22), 20), (FIRST, date(2026, 12, 16), 23)],
)
def test_a_fine_is_two_per_cent_of_the_contribution_for_each_month_begun(
    month: Month, on: date, months: int
) -> None:
    settled = bill_calculator().on(a_bill(), on)

    (fine,) = (account.fine for account in settled.months if account.month == month)
    assert fine == MONTHS * 2 * months // 100


def test_a_bill_is_issued_with_the_fines_of_that_day_and_they_grow_from_there() -> None:
    bill = a_bill()

    at_issue, later = (
        bill_calculator().on(bill, ISSUED),
        bill_calculator().on(bill, ISSUED + timedelta(days=31)),
    )

    assert at_issue.due == bill.total
    assert later.due == bill.total + 3 * MONTHS * 2 // 100


def test_a_part_payment_covers_the_oldest_month_its_contribution_first() -> None:
    bill = paid(a_bill(), [a_payment("WF1", MONTHS + 79_200 + 1)])

    first, second, third = bill_calculator().as_it_stands(bill).months

    assert (first.contribution_paid, first.fine_paid, first.due, first.paid_on) == (MONTHS, 79_200, 0, ISSUED)
    assert (second.contribution_paid, second.fine_paid, second.paid_on) == (1, 0, None)
    assert third.contribution_paid == 0
    assert bill.state is BillState.PARTLY_PAID


def test_a_contribution_is_fined_until_the_day_it_was_paid_and_no_longer() -> None:
    later = ISSUED + timedelta(days=31)
    half = paid(a_bill(None, a_row("2025-01")), [a_payment("WF1", MONTHS // 2)])

    (month,) = bill_calculator().on(half, later).months

    assert month.fine == (MONTHS // 2) * 2 * 22 // 100 + (MONTHS // 2) * 2 * 23 // 100


def test_what_is_paid_beyond_the_bill_is_credit() -> None:
    bill = a_bill()

    settled = bill_calculator().as_it_stands(paid(bill, [a_payment("WF1", bill.total + 7)]))

    assert (settled.due, settled.credit) == (0, 7)


@given(BILLS, PAYMENTS, st.sampled_from(WithinMonth))
def test_every_halala_received_covers_something_or_is_credit(
    bill: Bill, payments: list[Payment], order: WithinMonth
) -> None:
    settled = calculator(order).as_it_stands(paid(bill, payments))

    covered = sum(contribution + fine for contribution, fine in settled.covered.values())
    assert covered + settled.credit == sum(payment.amount for payment in payments)
    assert settled.credit == 0 or settled.due == 0
    assert all(month.contribution_due >= 0 and month.fine_due >= 0 for month in settled.months)


@given(BILLS, PAYMENTS, st.sampled_from(WithinMonth))
def test_a_month_is_covered_only_when_those_before_it_are(
    bill: Bill, payments: list[Payment], order: WithinMonth
) -> None:
    settled = calculator(order).as_it_stands(paid(bill, payments))

    owing = [month.month for month in settled.months if month.due]
    assert all(month <= owing[0] for month in settled.covered) if owing else True


@given(BILLS, PAYMENTS, st.data(), LATER)
def test_who_pays_more_never_owes_more(
    bill: Bill, payments: list[Payment], data: st.DataObject, day: date
) -> None:
    more = [
        payment.model_copy(update={"amount": payment.amount + data.draw(st.integers(0, 100_000))})
        for payment in payments
    ]

    one, other = (bill_calculator().on(paid(bill, chosen), day) for chosen in (payments, more))

    assert other.due <= one.due
    assert set(one.months_paid) <= set(other.months_paid)


@given(BILLS, PAYMENTS, LATER)
def test_paying_all_that_is_due_on_a_day_leaves_nothing_due_ever(
    bill: Bill, payments: list[Payment], day: date
) -> None:
    so_far = paid(bill, payments)
    settled = bill_calculator().on(so_far, day)
    if settled.due == 0:
        return

    whole = paid(bill, [*payments, a_payment("ZZ", settled.due, settled.as_of)])

    assert whole.state is BillState.SETTLED
    assert bill_calculator().on(whole, settled.as_of).due == 0
    assert bill_calculator().on(whole, settled.as_of + timedelta(days=999)).due == 0
    assert bill_calculator().as_it_stands(whole).credit == 0


@given(BILLS, PAYMENTS, LATER, st.integers(0, 400))
def test_fines_grow_with_time_but_never_for_a_month_that_is_paid(
    bill: Bill, payments: list[Payment], day: date, further: int
) -> None:
    so_far = paid(bill, payments)

    one, other = (bill_calculator().on(so_far, on) for on in (day, day + timedelta(days=further)))

    for before, after in zip(one.months, other.months, strict=True):
        assert after.fine >= before.fine
        assert before.contribution_due > 0 or after.fine == before.fine


@given(BILLS, PAYMENTS)
def test_the_order_in_which_payments_became_known_makes_no_difference(
    bill: Bill, payments: list[Payment]
) -> None:
    shuffled = sorted(payments, key=lambda payment: (payment.amount, payment.reference))

    one, other = (bill_calculator().as_it_stands(paid(bill, chosen)) for chosen in (payments, shuffled))

    assert one == other


def test_the_pensions_are_fined_by_their_own_terms() -> None:
    bill = a_bill(None, a_row("2025-01"), system=System.CIVIL_PENSION)

    assert bill.fines == MONTHS * 2 * 22 // 100


@pytest.mark.parametrize(
    ("on", "days"), [("2025-02-01", 0), ("2025-02-15", 0), ("2025-02-16", 1), ("2025-03-15", 28)]
)
def test_a_month_is_late_from_the_sixteenth_of_the_next(on: str, days: int) -> None:
    lateness, bill = StatutoryLateness(), a_bill()

    assert lateness.days_late(bill, FIRST, on=date.fromisoformat(on)) == days
    assert bill_calculator().as_it_stands(bill).months[0].due_on == date(2025, 2, 15)


@pytest.mark.parametrize(("days", "percent"), [(0, 100), (10, 100), (11, 50)])
def test_reg_art_25_the_limit_of_a_waiver_follows_the_delay(days: int, percent: int) -> None:
    assert in_force(collection_terms().waiver, ISSUED).percent(days_late=days) == percent


def test_terms_are_read_by_day_and_refused_out_of_order() -> None:
    entries = tuple(
        Entry[int](in_force_from=day, value=place + 1, source="a test")
        for place, day in enumerate([date(2022, 1, 1), date(2026, 1, 1)])
    )
    table = Table[int](name="estimate_days", title="A table of this test", entries=entries)

    found = [in_force(table, day) for day in (date(2021, 1, 1), date(2025, 12, 31), date(2026, 1, 1))]

    assert found == [1, 1, 2]
    with pytest.raises(ValueError, match="out of order"):
        CollectionTerms.model_validate(
            collection_terms().model_dump()
            | {"estimate_days": {**asdict(table), "entries": [asdict(entries[1]), asdict(entries[0])]}}
        )
