"""The register behaves alike in memory and on its table."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from ishtirak.billing import decisions, payments, posting
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill, BillRow, BillState
from ishtirak.billing.ports import decision_position, payment_position
from ishtirak.eventlog.event import event_hash
from ishtirak.kernel import ids
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.identity import IdentityKind
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.register import rules, statement
from ishtirak.register.establishments import Cessation, CessationKind
from ishtirak.register.ledger import LedgerRow
from ishtirak.register.periods import PeriodState, RecordedPeriod
from ishtirak.register.ports import period_position
from tests.fakes.bills import SUPERVISOR, BilledAccount, a_notice, a_payment, grounds
from tests.fakes.register import (
    FINGERPRINT,
    MITHAL,
    NAMUDHAJ,
    OTHER_PERSON,
    PERSON,
    TAJRIBA,
    Register,
    a_cause,
    a_contributor,
    a_period,
    an_establishment,
    in_memory_register,
    register_on,
    register_table,
    rows_of,
)

SOCIAL = System.SOCIAL_INSURANCE


@pytest.fixture(params=["memory", "dynamo"])
def register(request: pytest.FixtureRequest) -> Iterator[Register]:
    if request.param == "memory":
        yield in_memory_register()
        return
    with register_table() as table:
        yield register_on(table)


def posted(register: Register, period: RecordedPeriod, *, rows: tuple[LedgerRow, ...] = ()) -> None:
    before = register.accounts.state(period.person_id, period.system)
    register.store(rules.post(before, period=period, rows=rows, cause=a_cause()), before=before)


def billed(register: Register, period: RecordedPeriod, bill: Bill, *, rows: tuple[LedgerRow, ...]) -> None:
    before = register.accounts.state(period.person_id, period.system)
    posting_with_bill = posting.post(before, period=period, rows=rows, cause=a_cause(), bill=bill)
    register.store(posting_with_bill, before=before)


def a_number(register: Register, fingerprint: str) -> str | None:
    return register.people.id_of(fingerprint)


def test_a_person_who_is_given_another_number_is_found_by_both_under_one_id(register: Register) -> None:
    register.transaction.commit(
        register.people.save(a_contributor(kind=IdentityKind.BORDER), fingerprint=FINGERPRINT)
    )

    after = a_contributor(kind=IdentityKind.IQAMA, masked_identity="20••••0055")
    register.transaction.commit(register.people.renumber(after, fingerprint="cd" * 32))

    assert a_number(register, FINGERPRINT) == a_number(register, "cd" * 32) == PERSON
    assert register.people.find(PERSON) == after


def test_a_number_somebody_has_is_given_to_nobody_else(register: Register) -> None:
    register.transaction.commit(register.people.save(a_contributor(), fingerprint=FINGERPRINT))
    register.transaction.commit(register.people.save(a_contributor(OTHER_PERSON), fingerprint="cd" * 32))

    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(register.people.renumber(a_contributor(), fingerprint="cd" * 32))

    assert a_number(register, "cd" * 32) == OTHER_PERSON


def test_reg_10_a_birth_date_is_never_written_over(register: Register) -> None:
    register.transaction.commit(register.people.save(a_contributor(), fingerprint=FINGERPRINT))
    younger = a_contributor(birth_date=CivilDate.parse("1991-01-31"))

    for write in (register.people.renumber, register.people.save):
        with pytest.raises(ChangedMeanwhile):
            register.transaction.commit(write(younger, fingerprint="cd" * 32))

    assert register.people.find(PERSON) == a_contributor()
    assert a_number(register, "cd" * 32) is None


def test_nobody_unknown_is_given_another_number(register: Register) -> None:
    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(register.people.renumber(a_contributor(), fingerprint=FINGERPRINT))

    assert register.people.find(PERSON) is None


def test_a_registered_person_is_found_by_id_and_by_number(register: Register) -> None:
    register.transaction.commit(register.people.save(a_contributor(), fingerprint=FINGERPRINT))

    assert register.people.id_of(FINGERPRINT) == PERSON
    assert register.people.find(PERSON) == a_contributor()
    assert register.people.many([PERSON, OTHER_PERSON]) == {PERSON: a_contributor()}


def test_nobody_and_nothing_is_found_where_nothing_was_stored(register: Register) -> None:
    assert register.people.id_of(FINGERPRINT) is None
    assert register.people.find(PERSON) is None
    assert register.people.many([]) == {}
    assert register.establishments.find(MITHAL) is None
    assert register.establishments.mandates_of(PERSON) in ((), [])
    assert register.accounts.periods(PERSON) == ()
    assert register.accounts.entries(PERSON, SOCIAL) == ()
    assert register.accounts.state(PERSON, SOCIAL).version == 0
    assert register.bills.find(PERSON) is None


def test_one_number_is_never_two_people(register: Register) -> None:
    register.transaction.commit(register.people.save(a_contributor(), fingerprint=FINGERPRINT))

    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(
            register.people.save(a_contributor(OTHER_PERSON), fingerprint=FINGERPRINT)
        )

    assert register.people.find(OTHER_PERSON) is None


def test_an_employer_is_found_by_number(register: Register) -> None:
    register.transaction.commit(
        register.establishments.save(an_establishment()),
        register.establishments.save(an_establishment(NAMUDHAJ)),
    )

    assert register.establishments.find(MITHAL) == an_establishment()
    assert register.establishments.many([MITHAL, NAMUDHAJ, TAJRIBA]).keys() == {MITHAL, NAMUDHAJ}


def test_an_employer_that_ceased_is_kept_with_the_day_and_the_kind(register: Register) -> None:
    ceased = Cessation(kind=CessationKind.OWNER_DECEASED, on=date(2026, 3, 1))

    register.transaction.commit(register.establishments.save(an_establishment(ceased=ceased)))

    found = register.establishments.find(MITHAL)
    assert found is not None
    assert found.ceased == ceased


def test_a_posting_stores_period_entry_bill_and_state_together(register: Register) -> None:
    period = a_period()
    rows = rows_of("2025-01", "2025-02")
    bill = a_bill(period)

    billed(register, period, bill, rows=rows)

    assert register.accounts.periods(PERSON) == (period,)
    assert [entry.rows for entry in register.accounts.entries(PERSON, SOCIAL)] == [rows]
    assert register.bills.find(bill.id) == bill
    assert register.accounts.state(PERSON, SOCIAL).projection == statement.projection(
        register.accounts.entries(PERSON, SOCIAL)
    )


def test_a_posting_on_an_old_state_stores_nothing(register: Register) -> None:
    stale = register.accounts.state(PERSON, SOCIAL)
    posted(register, a_period())
    late = posting.post(
        stale,
        period=a_period("2026-01-01", None),
        rows=rows_of("2026-01"),
        cause=a_cause(),
        bill=a_bill(a_period()),
    )

    with pytest.raises(ChangedMeanwhile):
        register.store(late, before=stale)

    assert register.accounts.periods(PERSON) == (a_period(),)
    assert len(register.accounts.entries(PERSON, SOCIAL)) == 1
    assert register.bills.find(a_bill(a_period()).id) is None


def test_accounts_of_one_person_in_two_systems_stand_apart(register: Register) -> None:
    posted(register, a_period())
    posted(register, a_period("2025-01-01", establishment=NAMUDHAJ, system=System.CIVIL_PENSION))

    assert len(register.accounts.entries(PERSON, SOCIAL)) == 1
    assert len(register.accounts.entries(PERSON, System.CIVIL_PENSION)) == 1
    assert len(register.accounts.periods(PERSON)) == 2


def test_a_reversed_period_leaves_its_employers_list(register: Register) -> None:
    period = a_period()
    posted(register, period, rows=rows_of("2025-01"))
    state = register.accounts.state(PERSON, SOCIAL)

    undone = rules.reverse(
        state, period=period, entries=register.accounts.entries(PERSON, SOCIAL), cause=a_cause()
    )
    register.store(undone, before=state)

    assert register.accounts.periods(PERSON)[0].state is PeriodState.REVERSED
    assert register.accounts.periods_with(MITHAL, limit=10) == ()
    assert register.accounts.state(PERSON, SOCIAL).projection.totals.worker == 0


def test_an_amended_period_keeps_its_place_and_shows_its_new_days(register: Register) -> None:
    period = a_period()
    posted(register, period)
    state = register.accounts.state(PERSON, SOCIAL)
    first = period.registered[0].model_copy(update={"ends_on": period.starts_on})
    shorter = period.model_copy(update={"ends_on": period.starts_on, "registered": (first,)})

    change = rules.amend(
        state,
        before=period,
        entries=register.accounts.entries(PERSON, SOCIAL),
        after=shorter,
        rows=(),
        cause=a_cause(),
    )
    register.store(change, before=state)

    (now,) = register.accounts.periods(PERSON)
    assert (now.ends_on, now.revision) == (period.starts_on, 2)
    assert [found.id for found in register.accounts.periods_with(MITHAL, limit=10)] == [period.id]


def test_pages_of_an_employers_periods_together_are_the_list(register: Register) -> None:
    for year in range(2015, 2022):
        posted(
            register, a_period(f"{year}-01-01", f"{year}-12-31", registered_at=f"{year}-01-02T00:00:00.000Z")
        )
    posted(register, a_period("2015-01-01", "2015-12-31", establishment=NAMUDHAJ))
    whole = register.accounts.periods_with(MITHAL, limit=100)

    pages, after = [], None
    while page := register.accounts.periods_with(MITHAL, limit=3, after=after):
        pages.append(page)
        after = period_position(page[-1])

    assert [len(page) for page in pages] == [3, 3, 1]
    assert sum(map(tuple, pages), ()) == whole


def test_an_events_chain_can_be_followed_from_the_first(register: Register) -> None:
    posted(register, a_period())
    posted(register, a_period("2026-01-01", None))

    first, second = register.events_of(register.accounts.state(PERSON, SOCIAL).aggregate)

    assert (first.seq, second.seq) == (1, 2)
    assert second.previous_hash == first.hash
    assert event_hash(vars(second)) == second.hash
    assert register.accounts.state(PERSON, SOCIAL).chain.hash == second.hash


def test_of_two_racing_postings_of_the_same_days_one_is_kept() -> None:
    with register_table() as table:
        register = register_on(table)
        state = register.accounts.state(PERSON, SOCIAL)

        def attempt(number: int) -> bool:
            period = a_period(f"2025-01-{number + 1:02}", "2025-06-30")
            late = rules.post(state, period=period, rows=(), cause=a_cause())
            try:
                register.store(late, before=state)
            except ChangedMeanwhile:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            kept = list(pool.map(attempt, range(2)))

        assert sorted(kept) == [False, True]
        assert len(register.accounts.periods(PERSON)) == 1


def test_a_bill_is_found_by_id_by_reference_by_account_and_by_debtor(register: Register) -> None:
    period = a_period()
    bill = a_bill(period)

    billed(register, period, bill, rows=rows_of("2025-01"))

    assert register.bills.find(bill.id) == bill
    assert register.bills.by_reference("B-1") == bill
    assert register.bills.by_reference("B-2") is None
    assert register.bills.of_account(PERSON, SOCIAL) == (bill,)
    assert register.bills.of_account(PERSON, System.CIVIL_PENSION) == ()
    assert register.bills.of_debtor(MITHAL, limit=5) == (bill,)
    assert register.bills.of_debtor(NAMUDHAJ, limit=5) == ()
    assert register.accounts.periods_with(MITHAL, limit=5) == (period,)


def test_a_payment_is_kept_once_and_with_its_bill_or_not_at_all(register: Register) -> None:
    account = BilledAccount(register)
    stale, old = account.state, account.bill

    account.receive(a_notice("WF1", 100_000))

    second = payments.record_payment(
        stale, old, a_payment("WF2", 5), calculator=bill_calculator(), cause=a_cause()
    )
    kept = register.payments.find("WF1")
    assert kept is not None
    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(
            register.accounts.save(second.posting, before=stale),
            register.bills.save(changed=second.changed),
            register.payments.save(kept),
        )
    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(register.payments.save(kept))
    late = payments.record_payment(
        account.state, old, a_payment("WF2", 5), calculator=bill_calculator(), cause=a_cause()
    )
    with pytest.raises(ChangedMeanwhile):  # the account as it is now, the bill as it was
        register.store(late, before=account.state)
    assert (account.bill.version, account.bill.received) == (2, 100_000)
    assert register.payments.find("WF2") is None


def test_money_no_bill_takes_is_listed_and_nothing_else_is(register: Register) -> None:
    account = BilledAccount(register)

    account.receive(a_notice("WF1"), a_notice("WF2", bill_reference="B-9"), a_notice("WF1", amount=7))

    assert {(one.reference, one.amount) for one in register.payments.unmatched(limit=9)} == {
        ("WF1", 7),
        ("WF2", 100_000),
    }
    first, second = register.payments.unmatched(limit=9)
    assert register.payments.unmatched(limit=1) == (first,)
    assert register.payments.unmatched(limit=9, after=payment_position(first)) == (second,)
    assert register.payments.unmatched(limit=9, after=payment_position(second)) == ()
    assert register.payments.find("WF1", digest=a_notice("WF1", amount=7).digest) is not None
    assert register.bills.of_debtor(MITHAL, limit=9) == (account.bill,)


def test_a_bill_waits_on_the_desk_from_the_proposal_to_the_answer(register: Register) -> None:
    account = BilledAccount(register)
    account.store(
        decisions.extend_counting(
            account.state, account.bill, grounds=grounds(), calculator=bill_calculator()
        )
    )
    waiting = register.bills.awaiting_decision(limit=9)
    behind = register.bills.awaiting_decision(limit=9, after=decision_position(account.bill))

    account.store(
        decisions.answer_decision(
            account.state,
            account.bill,
            account.bill.decisions[0].id,
            approved=True,
            by=SUPERVISOR,
            at=account.clock.now(),
            calculator=bill_calculator(),
        )
    )

    assert [bill.id for bill in waiting] == [account.bill_id]
    assert behind == ()
    assert register.bills.awaiting_decision(limit=9) == ()


def test_a_reversal_cancels_the_bill_in_the_same_step(register: Register) -> None:
    account = BilledAccount(register)
    account.receive(a_notice("WF1", 250_000))

    account.store(
        posting.reverse(
            account.state,
            period=account.period,
            entries=account.entries,
            cause=a_cause(),
            billed=PeriodBills((account.bill,), bill_calculator()),
        )
    )

    assert account.bill.state is BillState.CANCELLED
    assert account.state.projection == statement.projection(account.entries)
    assert account.state.projection.received.credit == 250_000


def a_bill(period: RecordedPeriod) -> Bill:
    return Bill.of(
        (BillRow(month=Month.parse("2025-01"), worker=90_000, employer=90_000, fine=3_600),),
        id=ids.stable_id("bill", period.id),
        reference="B-1",
        person_id=period.person_id,
        system=period.system,
        period_id=period.id,
        debtor=period.establishment,
        issued_on="2026-11-22",
        source=period.source,
    )
