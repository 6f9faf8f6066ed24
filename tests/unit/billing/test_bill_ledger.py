"""Whatever happens to bills, the ledger alone says what was paid and what for."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ishtirak.billing import decisions, posting
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill, BillState
from ishtirak.kernel import ids
from ishtirak.kernel.errors import DomainError
from ishtirak.register import statement
from ishtirak.register.ledger import EntryKind, LedgerEntry
from ishtirak.register.refusals import PeriodOverlaps
from ishtirak.use_cases.settle_payment import PaymentOutcome
from tests.fakes.bills import ISSUED, SOCIAL, BilledAccount, a_bill, a_notice, a_row, grounds, ledger_rows
from tests.fakes.register import PERSON, a_cause, a_period, in_memory_register


class BillHistory(RuleBasedStateMachine):
    """Any history of postings, payments, decisions, amendments and reversals: the ledger alone says where it stands."""

    @initialize()
    def opened(self) -> None:
        self.register = in_memory_register()
        self.account = BilledAccount(self.register)
        self.periods = {self.account.period.id: self.account.period}
        self.paid = 0
        self.counter = 0

    def bills(self) -> Sequence[Bill]:
        return self.register.bills.of_account(PERSON, SOCIAL)

    def open_bills(self) -> list[Bill]:
        return [bill for bill in self.bills() if bill.state is not BillState.CANCELLED]

    @rule(year=st.integers(2022, 2026), worker=st.integers(0, 10**6), employer=st.integers(1, 10**6))
    def post(self, year: int, worker: int, employer: int) -> None:
        self.counter += 1
        key = ids.stable_id("machine", str(self.counter))
        period = a_period(f"{year}-04-01", f"{year}-05-31", id=key)
        rows = (a_row(f"{year}-04", worker, employer), a_row(f"{year}-05", employer, worker))
        bill = a_bill(period, *rows, reference=f"ISH-{self.counter}")
        try:
            self.account.issue(bill, period)
        except PeriodOverlaps:
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
        assert self.account.receive(notice)[0] in (PaymentOutcome.BILL_PAID, PaymentOutcome.BILL_PARTLY_PAID)
        self.paid += amount

    @precondition(lambda self: self.open_bills())
    @rule(data=st.data(), percent=st.integers(1, 100), offset=st.integers(0, 300))
    def waive(self, data: st.DataObject, percent: int, offset: int) -> None:
        bill = data.draw(st.sampled_from(sorted(self.open_bills(), key=lambda bill: bill.id)))
        day = ISSUED + timedelta(days=offset)
        try:
            self.account.store(
                decisions.waive_fines(
                    self.account.state,
                    bill,
                    percent=percent,
                    grounds=grounds(day=day),
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
        amended = posting.amend(
            self.account.state,
            before=before,
            entries=self.account.entries,
            after=after,
            rows=rows,
            cause=a_cause(),
            billed=self.billed(before.id),
        )
        self.account.store(amended)
        self.periods[new_id] = amended.posting.periods[-1]

    @precondition(lambda self: self.periods)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        period = self.periods.pop(data.draw(st.sampled_from(sorted(self.periods))))
        self.account.store(
            posting.reverse(
                self.account.state,
                period=period,
                entries=self.account.entries,
                cause=a_cause(),
                billed=self.billed(period.id),
            )
        )

    def billed(self, period_id: str) -> PeriodBills:
        return PeriodBills(
            tuple(bill for bill in self.open_bills() if bill.period_id == period_id), bill_calculator()
        )

    @invariant()
    def the_state_is_what_the_entries_alone_say(self) -> None:
        stored = [LedgerEntry.model_validate_json(entry.model_dump_json()) for entry in self.account.entries]

        rebuilt = statement.projection(reversed(stored))

        assert rebuilt.model_dump_json() == self.account.state.projection.model_dump_json()

    @invariant()
    def every_halala_received_is_in_the_ledger(self) -> None:
        received = self.account.state.projection.received

        assert received.contributions + received.fines + received.credit == self.paid
        moving = [entry for entry in self.account.entries if entry.kind is EntryKind.ALLOCATION]
        assert all(entry.money == 0 for entry in moving if self.same_period(entry))

    def same_period(self, entry: LedgerEntry) -> bool:
        """An amendment that renames a period moves money by two entries, which together move nothing."""
        twins = [
            e
            for e in self.account.entries
            if (e.bill_id, e.source, e.kind) == (entry.bill_id, entry.source, entry.kind)
        ]
        return len({twin.span.period_id for twin in twins}) == 1

    @invariant()
    def the_ledger_covers_what_the_bills_say_is_covered(self) -> None:
        settled = [bill_calculator().as_it_stands(bill) for bill in self.bills()]

        received = self.account.state.projection.received
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

        months = statement.months_of_periods(self.account.entries)

        assert {
            key: sum(month.paid for month in of.values()) for key, of in months.items() if key in paid_of
        } == paid_of

    @invariant()
    def no_bill_asks_for_a_period_that_does_not_stand(self) -> None:
        for bill in self.open_bills():
            assert bill.period_id in self.periods

    @invariant()
    def a_bills_state_follows_from_what_it_holds(self) -> None:
        for bill in self.bills():
            assert bill_calculator().with_state(bill) == bill


BillHistory.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestBillHistory = BillHistory.TestCase
