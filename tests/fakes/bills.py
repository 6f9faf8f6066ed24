"""Bills and payments as tests want them, calculated by the statutes in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from ishtirak.billing import posting
from ishtirak.billing.decisions import DecisionGrounds
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill, BillReason, BillRow, Payment
from ishtirak.billing.notices import PaymentNotice
from ishtirak.billing.posting import BilledPosting
from ishtirak.eventlog.event import Event
from ishtirak.factors.proofs import Proofs
from ishtirak.kernel import ids
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.insurance import Route, System
from ishtirak.kernel.months import Month
from ishtirak.register.ledger import AccountState, LedgerEntry, LedgerRow
from ishtirak.register.periods import RecordedPeriod
from ishtirak.use_cases.decide_bill import BillDesk
from ishtirak.use_cases.read_bills import BillReader
from ishtirak.use_cases.settle_payment import PaymentOutcome, settle_payment
from ishtirak.use_cases.step_up import StepUp
from tests.fakes.proofs import AnyProof
from tests.fakes.register import Register, a_cause, a_period, in_memory_register

ISSUED = date(2026, 11, 22)
SOCIAL = System.SOCIAL_INSURANCE
REFERENCE = "ISH-1448-7Q4M2KX9-V"
OFFICER = Caller("officer", "00000000-0000-4000-8000-000000000006", frozenset({Role.OFFICER}))
SUPERVISOR = Caller("supervisor", "00000000-0000-4000-8000-000000000007", frozenset({Role.SUPERVISOR}))


@dataclass
class Calendar:
    """A clock that stands at noon of a day, until it is turned."""

    day: date = ISSUED

    def now(self) -> datetime:
        return datetime.combine(self.day, time(9), UTC)


def a_bill(period: RecordedPeriod | None = None, *rows: BillRow, **facts: Any) -> Bill:
    """A bill of three months of 1,800 riyals each, its fines as on the day of issue."""
    billed = period or a_period()
    values: dict[str, Any] = {
        "id": ids.stable_id("bill", billed.id),
        "reference": REFERENCE,
        "person_id": billed.person_id,
        "system": billed.system,
        "period_id": billed.id,
        "debtor": billed.establishment,
        "issued_on": ISSUED,
        "source": billed.source,
        "requested_on": ISSUED,
    }
    chosen = rows or tuple(a_row(month) for month in ("2025-01", "2025-02", "2025-03"))
    return bill_calculator().issued(Bill.of(chosen, **(values | facts)))


def a_row(month: str, worker: int = 90_000, employer: int = 90_000) -> BillRow:
    return BillRow(month=Month.parse(month), worker=worker, employer=employer, route=Route.RETROACTIVE)


def ledger_rows(bill: Bill) -> tuple[LedgerRow, ...]:
    """What the bill's period came to, as the ledger says it."""
    return tuple(
        LedgerRow(month=row.month, branch="ANNUITIES", worker=row.worker, employer=row.employer)
        for row in bill.rows
    )


def a_payment(reference: str, amount: int, on: date = ISSUED) -> Payment:
    return Payment(reference=reference, amount=amount, paid_on=on)


def paid(bill: Bill, payments: Iterable[Payment]) -> Bill:
    """The bill once these were received."""
    return bill_calculator().with_state(bill.changed(payments=tuple(payments)))


def a_notice(reference: str = "WF1", amount: int = 100_000, on: date = ISSUED, **facts: Any) -> PaymentNotice:
    values: dict[str, Any] = {
        "schema": "1.0",
        "type": "payment.received",
        "payment_reference": reference,
        "bill_reference": REFERENCE,
        "amount": amount,
        "currency": "SAR",
        "paid_at": f"{on.isoformat()}T08:00:00Z",
    }
    return PaymentNotice.model_validate(values | facts)


def grounds(by: Caller = OFFICER, day: date = ISSUED, **facts: Any) -> DecisionGrounds:
    """What a decision of that day states."""
    values: dict[str, Any] = {"reason": BillReason.OTHER, "note": "as told in the file"}
    return DecisionGrounds(by=by, at=Calendar(day).now(), **(values | facts))


def reason(**facts: Any) -> dict[str, Any]:
    """Why an officer decides, as a use case takes it."""
    return {"reason_code": BillReason.OTHER, "note": "as told in the file"} | facts


class BilledAccount:
    """An account with one billed period, and the payments that come in for it."""

    def __init__(
        self,
        register: Register | None = None,
        *,
        period: RecordedPeriod | None = None,
        bill: Bill | None = None,
    ) -> None:
        self.register = register or in_memory_register()
        self.clock = Calendar()
        self.period = period or a_period()
        self.bill_id = self.issue(bill or a_bill(self.period), self.period).id

    def issue(self, bill: Bill, period: RecordedPeriod) -> Bill:
        """Record another period of the same person, and the bill for it."""
        before = self.register.accounts.state(period.person_id, period.system)
        posted = posting.post(before, period=period, rows=ledger_rows(bill), cause=a_cause(), bill=bill)
        self.register.store(posted, before=before)
        return bill

    @property
    def bill(self) -> Bill:
        found = self.register.bills.find(self.bill_id)
        assert found is not None
        return found

    @property
    def state(self) -> AccountState:
        return self.register.accounts.state(self.period.person_id, self.period.system)

    @property
    def entries(self) -> Sequence[LedgerEntry]:
        return self.register.accounts.entries(self.period.person_id, self.period.system)

    @property
    def events(self) -> list[Event]:
        return self.register.events_of(self.state.aggregate)

    def receive(self, *notices: PaymentNotice) -> list[PaymentOutcome]:
        """Notices as they come in, on the day of the latest payment known."""
        outcomes = []
        for notice in notices:
            self.clock.day = max(self.clock.day, notice.paid_on)
            outcomes.append(self.settle(notice))
        return outcomes

    def settle(self, notice: PaymentNotice) -> PaymentOutcome:
        """A notice that comes in today."""
        return settle_payment(
            notice,
            message_id=f"pay_{notice.payment_reference}",
            payments=self.register.payments,
            bills=self.register.bills,
            accounts=self.register.accounts,
            calculator=bill_calculator(),
            clock=self.clock,
            transaction=self.register.transaction,
        )

    def store(self, posted: BilledPosting) -> None:
        """A posting made from the account as it stands."""
        self.register.store(posted, before=self.state)


def desk_of(account: BilledAccount, *, proofs: Proofs | None = None) -> BillDesk:
    """Where decisions about the account's bills are made, on the account's own clock."""
    register = account.register
    reader = BillReader(
        register.people, register.establishments, calculator=bill_calculator(), clock=account.clock
    )
    step_up = StepUp(proofs or AnyProof(), account.clock)
    return BillDesk(bills=register.bills, accounts=register.accounts, reader=reader, step_up=step_up)
