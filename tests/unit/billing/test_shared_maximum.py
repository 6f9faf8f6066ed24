"""What a posting changes for other employers, with whom the new period shares the maximum (regulation art. 19)."""

from collections.abc import Sequence
from datetime import date

import pytest

from ishtirak.billing import posting
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.lateness import StatutoryLateness, bill_calculator
from ishtirak.billing.model import Bill, BillState
from ishtirak.billing.posting import OtherPeriod
from ishtirak.kernel.insurance import Route
from ishtirak.kernel.months import Month
from ishtirak.register.ledger import EntryKind, LedgerRow
from ishtirak.register.statement import projection
from tests.fakes.bills import BilledAccount, a_bill, a_notice, a_row, ledger_rows
from tests.fakes.register import NAMUDHAJ, OTHER_PERSON, TAJRIBA, a_cause, a_period

CALCULATOR = bill_calculator()
MONTHS = ("2025-01", "2025-02", "2025-03")
HERE = a_period(establishment=NAMUDHAJ)
THIRD = a_period(establishment=TAJRIBA)


@pytest.fixture
def account() -> BilledAccount:
    """A period with one employer, billed 1,800 riyals a month."""
    return BilledAccount()


def rows(side: int) -> tuple[LedgerRow, ...]:
    return ledger_rows(a_bill(None, *(a_row(month, side, side) for month in MONTHS)))


def less(account: BilledAccount, side: int = 60_000, bill: Bill | None = None) -> OtherPeriod:
    """The account's period, come to less a month."""
    billed = PeriodBills((account.bill,), CALCULATOR)
    return OtherPeriod(account.period, rows=rows(side), billed=billed, bill=bill)


def posted_here(
    account: BilledAccount, others: Sequence[OtherPeriod], bill: Bill | None = None
) -> posting.BilledPosting:
    return posting.post(
        account.state,
        period=HERE,
        rows=rows(60_000),
        cause=a_cause(),
        bill=bill,
        entries=account.entries,
        others=others,
    )


def test_the_other_employers_period_is_undone_and_posted_anew_in_the_same_event(
    account: BilledAccount,
) -> None:
    found = posted_here(account, [less(account)])

    entries = found.posting.entries
    assert [(entry.seq, entry.kind, entry.span.period_id) for entry in entries] == [
        (2, EntryKind.POST, HERE.id),
        (3, EntryKind.REVERSAL, account.period.id),
        (4, EntryKind.POST, account.period.id),
    ]
    assert entries[1].refers_to == 1
    assert entries[2].rows == rows(60_000)
    assert found.posting.after.projection == projection((*account.entries, *entries))
    assert found.posting.event.data["entries"] == [2, 3, 4]
    assert [(period.id, period.revision) for period in found.posting.periods] == [
        (HERE.id, 1),
        (account.period.id, 2),
    ]


def test_its_bill_gives_way_and_what_was_paid_beyond_is_credit(account: BilledAccount) -> None:
    account.receive(a_notice(amount=account.bill.total))

    account.store(posted_here(account, [less(account)]))

    assert [(row.worker, row.employer) for row in account.bill.rows] == [(60_000, 60_000)] * 3
    assert account.state.projection.received.credit > 0
    assert account.entries[-1].kind is EntryKind.ALLOCATION
    assert account.entries[-1].seq == len(account.entries)


def test_more_is_billed_beside_the_main_bill(account: BilledAccount) -> None:
    main = a_bill(HERE, id=OTHER_PERSON, reference="ISH-2")
    further = a_bill(account.period, a_row("2025-01", 1, 1), id="0" * 8 + OTHER_PERSON[8:], reference="ISH-3")

    found = posted_here(account, [less(account, side=90_001, bill=further)], bill=main)
    alone = posted_here(account, [less(account, side=90_001, bill=further)])

    assert found.issued == (main, further)
    assert found.posting.event.data["bill_id"] == main.id
    assert found.posting.event.data["bills_issued"] == [further.id]
    assert [bill.id for bill in found.changed] == [account.bill_id]
    assert found.posting.event.data["bills_changed"] == [account.bill_id]
    assert (alone.issued, alone.posting.event.data["bill_id"]) == ((further,), None)


def test_several_employers_follow_one_after_another(account: BilledAccount) -> None:
    third = a_bill(THIRD, id=OTHER_PERSON, reference="ISH-2")
    account.issue(third, THIRD)
    other = OtherPeriod(THIRD, rows=rows(50_000), billed=PeriodBills((third,), CALCULATOR))

    found = posted_here(account, [less(account), other])

    assert [(entry.seq, entry.span.period_id) for entry in found.posting.entries] == [
        (3, HERE.id),
        (4, account.period.id),
        (5, account.period.id),
        (6, THIRD.id),
        (7, THIRD.id),
    ]
    assert [bill.id for bill in found.changed] == [account.bill_id, third.id]
    assert [period.id for period in found.posting.periods] == [HERE.id, account.period.id, THIRD.id]
    assert found.posting.after.projection == projection((*account.entries, *found.posting.entries))
    assert found.posting.after.projection.totals.worker == 3 * (60_000 + 60_000 + 50_000)


def test_nothing_is_told_of_bills_where_no_other_follows(account: BilledAccount) -> None:
    found = posted_here(account, [])

    assert found.posting.event.data.keys().isdisjoint({"bills_issued", "bills_changed"})
    assert (found.issued, found.changed) == ((), ())


def test_an_amendment_is_followed_too(account: BilledAccount) -> None:
    here = account.issue(a_bill(HERE, id=OTHER_PERSON, reference="ISH-2"), HERE)

    found = posting.amend(
        account.state,
        before=HERE,
        entries=account.entries,
        after=HERE,
        rows=rows(30_000),
        cause=a_cause(),
        billed=PeriodBills((here,), CALCULATOR),
        others=[less(account, side=80_000)],
    )

    assert [bill.id for bill in found.changed] == [here.id, account.bill_id]
    assert [(entry.kind, entry.span.period_id) for entry in found.posting.entries] == [
        (EntryKind.REVERSAL, HERE.id),
        (EntryKind.POST, HERE.id),
        (EntryKind.REVERSAL, account.period.id),
        (EntryKind.POST, account.period.id),
    ]
    assert found.posting.after.projection.totals.employer == 3 * (30_000 + 80_000)


def test_a_reversal_is_followed_too(account: BilledAccount) -> None:
    here = account.issue(a_bill(HERE, id=OTHER_PERSON, reference="ISH-2"), HERE)

    found = posting.reverse(
        account.state,
        period=HERE,
        entries=account.entries,
        cause=a_cause(),
        billed=PeriodBills((here,), CALCULATOR),
        others=[less(account, side=45_000)],
    )

    assert [(bill.id, bill.state) for bill in found.changed] == [
        (here.id, BillState.CANCELLED),
        (account.bill_id, BillState.ISSUED),
    ]
    assert found.posting.after.projection.totals.worker == 3 * 45_000


def test_what_bills_go_on_asking_is_within_what_the_period_comes_to(account: BilledAccount) -> None:
    further = a_bill(account.period, a_row("2025-01", 5_000, 7_000), id=OTHER_PERSON, reference="ISH-2")
    gone = a_bill(account.period, a_row("2025-02", 4_000, 4_000), id=OTHER_PERSON, reference="ISH-3")
    cancelled = gone.model_copy(update={"state": BillState.CANCELLED})
    billed = PeriodBills((account.bill, further, cancelled), CALCULATOR)
    january, february, march = (Month.parse(month) for month in MONTHS)

    assert billed.asked(rows(100_000)) == {
        january: (95_000, 97_000),
        february: (90_000, 90_000),
        march: (90_000, 90_000),
    }
    assert billed.asked(rows(92_000))[january] == (92_000, 92_000)
    assert billed.asked(rows(0)) == {}
    assert PeriodBills((), CALCULATOR).asked(rows(1)) == {}


def test_a_month_that_comes_to_less_than_nothing_leaves_nothing_to_ask(account: BilledAccount) -> None:
    owed = (LedgerRow(month=Month.parse("2025-01"), branch="ANNUITIES", worker=-5, employer=10_000),)

    assert PeriodBills((account.bill,), CALCULATOR).asked(owed) == {Month.parse("2025-01"): (0, 10_000)}


def test_what_another_s_change_made_owed_is_due_on_its_own_day() -> None:
    due = date(2026, 12, 15)
    row = a_row("2025-01").model_copy(update={"due_on": due})
    bill = a_bill(None, row, a_row("2025-02"))
    january, february = Month.parse("2025-01"), Month.parse("2025-02")
    lateness = StatutoryLateness()

    assert (lateness.due_on(bill, january), lateness.due_on(bill, february)) == (due, date(2025, 3, 15))
    assert [lateness.days_late(bill, january, on=day) for day in (due, date(2026, 12, 20))] == [0, 5]
    assert [
        CALCULATOR.on(bill, day).months[0].fine for day in (due, date(2026, 12, 16), date(2027, 1, 16))
    ] == [
        0,
        3_600,
        7_200,
    ]


@pytest.mark.parametrize("route", Route)
def test_a_row_is_fined_from_its_due_day_by_any_route(route: Route) -> None:
    """As the tables read FIN-02 for social insurance; thirteen months have begun since 15 February 2025."""
    row = a_row("2025-01").model_copy(update={"route": route})

    (month,) = CALCULATOR.on(a_bill(None, row, requested_on=date(2025, 6, 1)), date(2026, 2, 16)).months

    assert month.fine == 13 * 3_600


def test_a_bill_has_no_row_of_a_month_it_does_not_ask_for() -> None:
    bill = a_bill()

    assert bill.row(Month.parse("2025-02")) == bill.rows[1]
    with pytest.raises(KeyError, match="2025-04"):
        bill.row(Month.parse("2025-04"))
