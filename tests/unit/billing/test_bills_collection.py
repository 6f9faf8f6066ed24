"""A bill's life: notices in any order, decisions with reasons and two people, and a ledger that always adds up."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import ValidationError

from ishtirak.billing import decisions, payments, refusals
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.calculator import MAX_PAYMENTS
from ishtirak.billing.decisions import DecisionGrounds
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import BillState, DecisionKind, DecisionState, PaymentState, UnmatchedReason
from ishtirak.eventlog.event import event_hash
from ishtirak.kernel import ids
from ishtirak.kernel.errors import Denied, DomainError, NotFound, Unavailable
from ishtirak.register import rules, statement
from ishtirak.register.ledger import EntryKind, LedgerEntry
from ishtirak.use_cases.settle_payment import PaymentOutcome
from tests.fakes.bills import (
    ISSUED,
    OFFICER,
    SUPERVISOR,
    Calendar,
    Office,
    a_bill,
    a_notice,
    a_payment,
    a_row,
    ledger_rows,
    paid,
)
from tests.fakes.register import OTHER_PERSON, PERSON, a_cause, a_period, in_memory_register

WHOLE = a_bill().total


def a_ground(by: Any = OFFICER, day: date = ISSUED, **facts: Any) -> DecisionGrounds:
    values: dict[str, Any] = {"reason_code": "OTHER", "note": "as told in the file"}
    return DecisionGrounds(by=by, at=Calendar(day).now(), **(values | facts))


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_notice_settles_what_it_pays_for_in_one_step(office: Office) -> None:
    assert office.take(a_notice(amount=100_000)) == [PaymentOutcome.BILL_PARTLY_PAID]

    (payment,) = office.bill.payments
    entry = office.entries[-1]
    event = office.register.events[-1]
    kept = office.register.payments.find("WF1")
    assert kept is not None
    assert (payment.amount, office.bill.state) == (100_000, BillState.PARTLY_PAID)
    assert (entry.kind, entry.money) == (EntryKind.PAYMENT, 100_000)
    assert office.head.projection.received.contributions == 100_000
    assert (event.type, event.source, event.data["amount_halalas"]) == (
        "BillPartlyPaid",
        "ishtirak.accounts",
        100_000,
    )
    assert (kept.state, kept.bill_id) == (PaymentState.APPLIED, office.bill_id)


def test_the_whole_sum_settles_the_bill_and_names_the_months_paid(office: Office) -> None:
    assert office.take(a_notice(amount=WHOLE)) == [PaymentOutcome.BILL_PAID]

    event = office.register.events[-1]
    assert (office.bill.state, event.type) == (BillState.SETTLED, "BillPaid")
    assert event.data["months_paid"] == ["2025-01", "2025-02", "2025-03"]
    assert event_hash(vars(event)) == event.hash
    months = statement.months_of_periods(office.entries)[office.period.id]
    assert [month.is_paid for month in months.values()] == [True, True, True]


def test_the_same_notice_again_changes_nothing(office: Office) -> None:
    office.take(a_notice())
    before = (office.bill, office.entries, office.head, len(office.register.events))

    assert (
        office.take(a_notice(), a_notice(paid_at="2026-11-22T11:00:00+03:00"))
        == [PaymentOutcome.DUPLICATE] * 2
    )

    assert (office.bill, office.entries, office.head, len(office.register.events)) == before


def test_a_reference_used_for_something_else_is_kept_apart_and_shown(office: Office) -> None:
    office.take(a_notice())

    taken = office.take(a_notice(amount=100_001), a_notice(amount=100_001), a_notice())

    assert taken == [PaymentOutcome.UNMATCHED, PaymentOutcome.DUPLICATE, PaymentOutcome.DUPLICATE]
    (lost,) = office.register.payments.unmatched(limit=10)
    assert (lost.reason, lost.amount) == (UnmatchedReason.REFERENCE_REUSED, 100_001)
    assert office.bill.received == 100_000


@pytest.mark.parametrize(
    ("notice", "reason"),
    [
        (a_notice(bill_reference="ISH-1448-00000000-0"), UnmatchedReason.BILL_UNKNOWN),
        (a_notice(on=ISSUED - timedelta(days=1)), UnmatchedReason.PAID_BEFORE_THE_BILL),
    ],
)
def test_money_no_bill_takes_is_kept_and_shown(office: Office, notice: Any, reason: UnmatchedReason) -> None:
    assert office.take(notice, notice) == [PaymentOutcome.UNMATCHED, PaymentOutcome.DUPLICATE]

    (lost,) = office.register.payments.unmatched(limit=10)
    event = office.register.events[-1]
    assert (lost.reason, lost.amount, lost.state) == (reason, 100_000, PaymentState.UNMATCHED)
    assert (event.type, event.data["reason"]) == ("PaymentUnmatched", reason.value)
    assert office.bill.payments == ()


def test_a_payment_of_a_day_to_come_is_not_believed(office: Office) -> None:
    tomorrow = a_notice(on=ISSUED + timedelta(days=1))

    assert office.collection.take(tomorrow, message_id="pay_1") is PaymentOutcome.UNMATCHED


def test_a_bill_takes_so_many_payments_and_no_more() -> None:
    full = a_bill().changed(payments=tuple(a_payment(f"WF{place}", 1) for place in range(MAX_PAYMENTS)))

    assert payments.unmatched_reason(full, a_payment("ONE_MORE", 1)) is UnmatchedReason.TOO_MANY_PAYMENTS


@pytest.mark.parametrize(
    "facts",
    [
        {"amount": 0},
        {"amount": -5},
        {"amount": "100"},
        {"amount": 10**12 + 1},
        {"currency": "USD"},
        {"paid_at": "2026-11-22T08:00:00"},
        {"payment_reference": "a b"},
        {"bill_reference": ""},
        {"type": "payment.reversed"},
        {"schema": "2.0"},
        {"payer": "somebody"},
    ],
)
def test_a_notice_that_says_something_else_is_no_notice(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_notice(**facts)


def test_a_notice_that_always_comes_second_goes_back_to_the_queue() -> None:
    office = Office()
    register = office.register

    class Contended:
        def __getattr__(self, name: str) -> Any:
            return getattr(register, name)

        def commit(self, *writes: Any) -> None:
            from ishtirak.kernel.errors import ChangedMeanwhile

            raise ChangedMeanwhile()

    contended = type(office.collection)(
        register=Contended(),
        calculator=bill_calculator(),
        clock=office.clock,
    )

    with pytest.raises(Unavailable):
        contended.take(a_notice(), message_id="pay_1")


NOTICES = st.lists(st.tuples(st.integers(1, 400_000), st.integers(0, 90)), min_size=1, max_size=5).map(
    lambda pairs: [
        a_notice(f"WF{place}", amount, ISSUED + timedelta(days=offset))
        for place, (amount, offset) in enumerate(pairs)
    ]
)


@settings(max_examples=60)
@given(NOTICES, st.data())
def test_any_order_with_duplicates_ends_alike(notices: list[Any], data: st.DataObject) -> None:
    repeated = [*notices, *data.draw(st.lists(st.sampled_from(notices), max_size=4))]
    shuffled = data.draw(st.permutations(repeated))
    one, other = Office(), Office()

    one.take(*notices)
    other.take(*shuffled)

    assert other.bill == one.bill
    assert other.head.projection.received == one.head.projection.received
    assert statement.months_of_periods(other.entries) == statement.months_of_periods(one.entries)
    assert other.register.payments.unmatched(limit=9) == ()


def test_half_a_fine_may_be_let_off_and_more_only_by_the_board(office: Office) -> None:
    half = decisions.waive_fines(
        office.head, office.bill, percent=50, ground=a_ground(), calculator=bill_calculator()
    )
    (bill,) = half.changed

    assert half.event.type == "FineWaived"
    assert bill_calculator().as_it_stands(bill).due == WHOLE - office.bill.fines // 2
    with pytest.raises(refusals.WaiverAboveLimit):
        decisions.waive_fines(office.head, bill, percent=1, ground=a_ground(), calculator=bill_calculator())
    with pytest.raises(refusals.WaiverAboveLimit):
        decisions.waive_fines(
            office.head, office.bill, percent=51, ground=a_ground(), calculator=bill_calculator()
        )


def test_what_was_let_off_is_not_paid_again(office: Office) -> None:
    office.store(
        decisions.waive_fines(
            office.head, office.bill, percent=50, ground=a_ground(), calculator=bill_calculator()
        )
    )
    due = bill_calculator().as_it_stands(office.bill).due

    assert office.take(a_notice(amount=due)) == [PaymentOutcome.BILL_PAID]

    assert bill_calculator().as_it_stands(office.bill).credit == 0
    assert office.head.projection.received.fines == office.bill.fines // 2


def test_a_decision_counts_from_its_approval_and_moves_no_money_received_before(office: Office) -> None:
    ground = a_ground(board_resolution="B-12")
    office.store(
        decisions.waive_fines(
            office.head, office.bill, percent=100, ground=ground, calculator=bill_calculator()
        )
    )
    office.take(a_notice(amount=WHOLE - 1))
    later = ISSUED + timedelta(days=1)

    posting = decisions.answer_decision(
        office.head,
        office.bill,
        office.bill.decisions[0].id,
        approved=True,
        by=SUPERVISOR,
        at=Calendar(later).now(),
        calculator=bill_calculator(),
    )

    (bill,) = posting.changed
    assert (bill.decisions[0].decided_on, bill.state) == (later, BillState.SETTLED)
    assert posting.entries == ()


@pytest.mark.parametrize(("day", "allowed"), [(date(2026, 11, 25), True), (date(2026, 11, 26), False)])
def test_all_of_a_fine_may_be_let_off_up_to_ten_days_late(day: date, allowed: bool) -> None:
    bill = a_bill(None, a_row("2026-10"), issued_on=date(2026, 11, 16))
    office = Office()

    def waive() -> Any:
        ground = a_ground(day=day)
        return decisions.waive_fines(
            office.head, bill, percent=100, ground=ground, calculator=bill_calculator()
        )

    if allowed:
        assert bill_calculator().as_it_stands(waive().changed[0]).due == 180_000
    else:
        with pytest.raises(refusals.WaiverAboveLimit):
            waive()


def test_a_resolution_of_the_board_waits_for_a_supervisor_and_has_no_effect_before(office: Office) -> None:
    ground = a_ground(board_resolution="B-12")
    office.store(
        decisions.waive_fines(
            office.head, office.bill, percent=100, ground=ground, calculator=bill_calculator()
        )
    )
    proposed = office.bill.waiting
    assert proposed is not None
    assert bill_calculator().as_it_stands(office.bill).due == WHOLE
    assert [bill.id for bill in office.register.bills.awaiting_decision(limit=5)] == [office.bill_id]

    def approve(by: Any, decision: str = proposed.id, *, approved: bool = True) -> Any:
        return decisions.answer_decision(
            office.head,
            office.bill,
            decision,
            approved=approved,
            by=by,
            at=a_ground().at,
            calculator=bill_calculator(),
        )

    with pytest.raises(Denied):
        approve(OFFICER)
    with pytest.raises(NotFound):
        approve(SUPERVISOR, decision=office.bill_id)
    with pytest.raises(refusals.DecisionWaiting):
        decisions.extend_counting(office.head, office.bill, ground=a_ground(), calculator=bill_calculator())
    declined = approve(SUPERVISOR, approved=False)
    office.store(approve(SUPERVISOR))

    assert declined.event.type == "WaiverDeclined"
    assert office.register.events[-1].type == "FineWaived"
    assert bill_calculator().as_it_stands(office.bill).due == office.bill.contributions
    assert office.register.bills.awaiting_decision(limit=5) == ()
    with pytest.raises(refusals.DecisionMade):
        approve(SUPERVISOR)


def test_nobody_approves_what_they_proposed(office: Office) -> None:
    ground = a_ground(SUPERVISOR, board_resolution="B-12")
    office.store(
        decisions.waive_fines(
            office.head, office.bill, percent=100, ground=ground, calculator=bill_calculator()
        )
    )

    with pytest.raises(refusals.SecondPersonNeeded):
        decisions.answer_decision(
            office.head,
            office.bill,
            office.bill.decisions[0].id,
            approved=True,
            by=SUPERVISOR,
            at=ground.at,
            calculator=bill_calculator(),
        )


def test_a_large_waiver_waits_even_without_the_board() -> None:
    large = a_bill(None, a_row("2025-01", 2_000_000, 2_000_000))

    posting = decisions.waive_fines(
        Office().head, large, percent=50, ground=a_ground(), calculator=bill_calculator()
    )

    assert posting.changed[0].decisions[0].state is DecisionState.PROPOSED


def test_a_bill_without_a_fine_has_nothing_to_waive() -> None:
    on_time = a_bill(None, a_row("2026-11"))

    with pytest.raises(refusals.NothingToWaive):
        decisions.waive_fines(
            Office().head, on_time, percent=50, ground=a_ground(), calculator=bill_calculator()
        )


def test_a_plan_divides_what_is_due_without_losing_a_halala(office: Office) -> None:
    posting = decisions.grant_instalments(
        office.head,
        office.bill,
        count=7,
        first_due_on=date(2026, 12, 20),
        guarantee="G-1",
        ground=a_ground(),
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
    assert decisions.instalment_plan(posting.changed[0]) is None


@pytest.mark.parametrize(
    ("count", "first"),
    [(1, date(2026, 12, 1)), (25, date(2026, 12, 1)), (2, date(2026, 11, 21)), (2, date(2026, 12, 24))],
)
def test_a_plan_is_neither_too_long_nor_too_late(office: Office, count: int, first: date) -> None:
    with pytest.raises(refusals.PlanNotAllowed):
        decisions.grant_instalments(
            office.head,
            office.bill,
            count=count,
            first_due_on=first,
            guarantee="G-1",
            ground=a_ground(),
            calculator=bill_calculator(),
        )


def test_the_longer_counting_is_the_governors_and_given_once(office: Office) -> None:
    office.store(
        decisions.extend_counting(office.head, office.bill, ground=a_ground(), calculator=bill_calculator())
    )
    decision = office.bill.decisions[0]
    assert (decision.kind, decision.state) == (DecisionKind.EXTENSION, DecisionState.PROPOSED)
    assert not decisions.is_extended(office.bill)

    office.store(
        decisions.answer_decision(
            office.head,
            office.bill,
            decision.id,
            approved=True,
            by=SUPERVISOR,
            at=a_ground().at,
            calculator=bill_calculator(),
        )
    )

    assert decisions.is_extended(office.bill)
    with pytest.raises(refusals.AlreadyExtended):
        decisions.extend_counting(office.head, office.bill, ground=a_ground(), calculator=bill_calculator())


def test_nothing_is_decided_about_a_settled_bill(office: Office) -> None:
    office.take(a_notice(amount=WHOLE))

    with pytest.raises(refusals.BillNotOpen):
        decisions.waive_fines(
            office.head, office.bill, percent=10, ground=a_ground(), calculator=bill_calculator()
        )


def test_a_reversed_period_cancels_its_bill_and_what_was_paid_is_credit(office: Office) -> None:
    office.take(a_notice(amount=250_000))
    billed = PeriodBills((office.bill,), bill_calculator())

    office.store(
        rules.reverse(
            office.head, period=office.period, entries=office.entries, cause=a_cause(), billed=billed
        )
    )

    assert office.bill.state is BillState.CANCELLED
    received = office.head.projection.received
    assert (received.contributions, received.fines, received.credit) == (0, 0, 250_000)
    assert bill_calculator().as_it_stands(office.bill).credit == 250_000
    assert office.take(a_notice("WF2")) == [PaymentOutcome.UNMATCHED]
    (lost,) = office.register.payments.unmatched(limit=5)
    assert lost.reason is UnmatchedReason.BILL_CANCELLED


def test_an_amended_period_is_billed_no_more_than_it_comes_to(office: Office) -> None:
    office.take(a_notice(amount=WHOLE))
    shorter = office.period.model_copy(update={"ends_on": date(2025, 1, 31)})
    rows = ledger_rows(a_bill(None, a_row("2025-01", 90_000, 60_000)))

    office.store(
        rules.amend(
            office.head,
            before=office.period,
            entries=office.entries,
            after=shorter,
            rows=rows,
            cause=a_cause(),
            billed=PeriodBills((office.bill,), bill_calculator()),
        )
    )

    settled = bill_calculator().as_it_stands(office.bill)
    assert [(row.month.month, row.worker, row.employer) for row in office.bill.rows] == [(1, 90_000, 60_000)]
    assert office.bill.state is BillState.SETTLED
    assert settled.due == 0
    assert settled.credit == WHOLE - 150_000 - office.bill.fines
    assert office.head.projection.received.credit == settled.credit


def test_of_several_bills_the_youngest_gives_way_and_they_follow_the_period(office: Office) -> None:
    office.take(a_notice(amount=180_000))
    entry = office.entries[0]
    younger = a_bill(None, a_row("2025-01", 10_000, 10_000), id=PERSON, issued_on=date(2026, 12, 1))
    elsewhere = entry.model_copy(
        update={"seq": 9, "span": entry.span.model_copy(update={"period_id": OTHER_PERSON})}
    )
    rows = ledger_rows(a_bill(None, a_row("2025-01", 95_000, 90_000)))

    changed, moves = PeriodBills((younger, office.bill), bill_calculator()).follow(
        rows, undone=entry, posted=elsewhere
    )

    assert [(bill.issued_on, bill.rows[0].worker, bill.rows[0].employer) for bill in changed] == [
        (ISSUED, 90_000, 90_000),
        (date(2026, 12, 1), 5_000, 0),
    ]
    assert {bill.period_id for bill in changed} == {OTHER_PERSON}
    assert [(move.seq, move.span.period_id, move.covered[0].contribution) for move in moves] == [
        (10, office.period.id, -180_000),
        (11, OTHER_PERSON, 180_000),
    ]


class CollectionMachine(RuleBasedStateMachine):
    """Any history of postings, payments, decisions, amendments and reversals: the ledger alone says where it stands."""

    @initialize()
    def opened(self) -> None:
        self.register = in_memory_register()
        self.office = Office(self.register)
        self.periods = {self.office.period.id: self.office.period}
        self.paid = 0
        self.counter = 0

    def open_bills(self) -> list[Any]:
        return [bill for bill in self.register.issued.values() if bill.state is not BillState.CANCELLED]

    @rule(year=st.integers(2022, 2026), worker=st.integers(0, 10**6), employer=st.integers(1, 10**6))
    def post(self, year: int, worker: int, employer: int) -> None:
        self.counter += 1
        key = ids.stable_id("machine", str(self.counter))
        period = a_period(f"{year}-04-01", f"{year}-05-31", id=key)
        rows = (a_row(f"{year}-04", worker, employer), a_row(f"{year}-05", employer, worker))
        bill = a_bill(period, *rows, reference=f"ISH-{self.counter}")
        try:
            self.office.issue(bill, period)
        except rules.PeriodOverlaps:
            return
        self.periods[key] = period

    @precondition(lambda self: self.open_bills())
    @rule(data=st.data(), amount=st.integers(1, 5 * 10**6), offset=st.integers(0, 300))
    def pay(self, data: st.DataObject, amount: int, offset: int) -> None:
        bill = data.draw(st.sampled_from(sorted(self.open_bills(), key=lambda bill: bill.id)))
        self.counter += 1
        notice = a_notice(
            f"WF{self.counter}", amount, ISSUED + timedelta(days=offset), bill_reference=bill.reference
        )
        assert self.office.take(notice)[0] in (PaymentOutcome.BILL_PAID, PaymentOutcome.BILL_PARTLY_PAID)
        self.paid += amount

    @precondition(lambda self: self.open_bills())
    @rule(data=st.data(), percent=st.integers(1, 100), offset=st.integers(0, 300))
    def waive(self, data: st.DataObject, percent: int, offset: int) -> None:
        bill = data.draw(st.sampled_from(sorted(self.open_bills(), key=lambda bill: bill.id)))
        day = ISSUED + timedelta(days=offset)
        try:
            self.office.store(
                decisions.waive_fines(
                    self.office.head,
                    bill,
                    percent=percent,
                    ground=a_ground(day=day),
                    calculator=bill_calculator(),
                )
            )
        except DomainError:
            return

    @precondition(lambda self: self.periods)
    @rule(data=st.data(), worker=st.integers(0, 10**6), employer=st.integers(1, 10**6), renamed=st.booleans())
    def amend(self, data: st.DataObject, worker: int, employer: int, renamed: bool) -> None:
        before = self.periods.pop(data.draw(st.sampled_from(sorted(self.periods))))
        self.counter += 1
        new_id = ids.stable_id("machine", str(self.counter)) if renamed else before.id
        after = before.model_copy(update={"id": new_id, "revision": 1})
        first = str(before.starts_on)[:7]
        rows = ledger_rows(a_bill(None, a_row(first, worker, employer)))
        posting = rules.amend(
            self.office.head,
            before=before,
            entries=self.office.entries,
            after=after,
            rows=rows,
            cause=a_cause(),
            billed=self.billed(before.id),
        )
        self.office.store(posting)
        self.periods[new_id] = posting.periods[-1]

    @precondition(lambda self: self.periods)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        period = self.periods.pop(data.draw(st.sampled_from(sorted(self.periods))))
        self.office.store(
            rules.reverse(
                self.office.head,
                period=period,
                entries=self.office.entries,
                cause=a_cause(),
                billed=self.billed(period.id),
            )
        )

    def billed(self, period_id: str) -> PeriodBills:
        return PeriodBills(
            tuple(bill for bill in self.open_bills() if bill.period_id == period_id), bill_calculator()
        )

    @invariant()
    def the_head_is_what_the_entries_alone_say(self) -> None:
        stored = [LedgerEntry.model_validate_json(entry.model_dump_json()) for entry in self.office.entries]

        rebuilt = statement.projection(reversed(stored))

        assert rebuilt.model_dump_json() == self.office.head.projection.model_dump_json()

    @invariant()
    def every_halala_received_is_in_the_ledger(self) -> None:
        received = self.office.head.projection.received

        assert received.contributions + received.fines + received.credit == self.paid
        moving = [entry for entry in self.office.entries if entry.kind is EntryKind.ALLOCATION]
        assert all(entry.money == 0 for entry in moving if self.same_period(entry))

    def same_period(self, entry: LedgerEntry) -> bool:
        """An amendment that renames a period moves money by two entries, which together move nothing."""
        twins = [
            e
            for e in self.office.entries
            if (e.bill_id, e.source, e.kind) == (entry.bill_id, entry.source, entry.kind)
        ]
        return len({twin.span.period_id for twin in twins}) == 1

    @invariant()
    def the_ledger_covers_what_the_bills_say_is_covered(self) -> None:
        settled = [bill_calculator().as_it_stands(bill) for bill in self.register.issued.values()]

        received = self.office.head.projection.received
        assert received.contributions == sum(m.contribution_paid for s in settled for m in s.months)
        assert received.fines == sum(m.fine_paid for s in settled for m in s.months)
        assert received.credit == sum(s.credit for s in settled)

    @invariant()
    def each_period_is_paid_as_its_bills_say(self) -> None:
        paid_of: dict[str, int] = {}
        for bill in self.open_bills():
            covered = bill_calculator().as_it_stands(bill).covered
            paid_of[bill.period_id] = paid_of.get(bill.period_id, 0) + sum(
                part for part, _ in covered.values()
            )

        months = statement.months_of_periods(self.office.entries)

        assert {
            key: sum(month.paid for month in of.values()) for key, of in months.items() if key in paid_of
        } == paid_of

    @invariant()
    def no_bill_asks_for_a_period_that_does_not_stand(self) -> None:
        for bill in self.open_bills():
            assert bill.period_id in self.periods

    @invariant()
    def a_bills_state_follows_from_what_it_holds(self) -> None:
        for bill in self.register.issued.values():
            assert bill_calculator().with_state(bill) == bill


CollectionMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20)
TestCollection = CollectionMachine.TestCase


def test_a_bill_that_was_paid_of_is_still_the_bill_that_was_issued() -> None:
    bill = a_bill()

    assert paid(bill, [a_payment("WF1", 1)]).rows == bill.rows
