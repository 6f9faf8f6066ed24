"""What the authority does about a bill, each act in one line."""

from datetime import date
from typing import Any

from ishtirak.billing import decisions, posting
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill, BillDecision, BillRow, DecisionState
from ishtirak.billing.posting import BilledPosting
from tests.fakes.bills import (
    ISSUED,
    SUPERVISOR,
    BilledAccount,
    Calendar,
    a_bill,
    a_row,
    grounds,
    ledger_rows,
)
from tests.fakes.register import OTHER_PERSON, a_cause, a_period

SEVENTH_DAY = date(2026, 11, 22)
TENTH_DAY = date(2026, 11, 25)
FIRST_DUE = date(2026, 12, 10)


def billed(*rows: BillRow, issued_on: date = ISSUED) -> BilledAccount:
    period = a_period()
    return BilledAccount(period=period, bill=a_bill(period, *rows, issued_on=issued_on))


def october() -> BilledAccount:
    """An account whose one month was due a week ago, its fine so large that a waiver needs two people."""
    return billed(a_row("2026-10", 20_000_000, 20_000_000), issued_on=date(2026, 11, 16))


def waive(account: BilledAccount, percent: int = 100, day: date = ISSUED, **facts: Any) -> BillDecision:
    return proposed(
        account,
        decisions.waive_fines(
            account.state,
            account.bill,
            percent=percent,
            grounds=grounds(day=day, **facts),
            calculator=bill_calculator(),
        ),
    )


def plan(
    account: BilledAccount, count: int = 3, first_due_on: date = FIRST_DUE, day: date = ISSUED
) -> BillDecision:
    return proposed(
        account,
        decisions.grant_instalments(
            account.state,
            account.bill,
            count=count,
            first_due_on=first_due_on,
            guarantee="G-1",
            grounds=grounds(day=day),
            calculator=bill_calculator(),
        ),
    )


def extend(account: BilledAccount, day: date = ISSUED) -> BillDecision:
    return proposed(
        account,
        decisions.extend_counting(
            account.state, account.bill, grounds=grounds(day=day), calculator=bill_calculator()
        ),
    )


def proposed(account: BilledAccount, posted: BilledPosting) -> BillDecision:
    account.store(posted)
    return account.bill.decisions[-1]


def answer(account: BilledAccount, day: date, *, approved: bool = True) -> Bill:
    (*_, decision) = account.bill.decisions
    assert decision.state is DecisionState.PROPOSED
    account.store(
        decisions.answer_decision(
            account.state,
            account.bill,
            decision.id,
            approved=approved,
            by=SUPERVISOR,
            at=Calendar(day).now(),
            calculator=bill_calculator(),
        )
    )
    return account.bill


def amend(account: BilledAccount, *rows: BillRow, id: str = OTHER_PERSON) -> None:
    """The period comes to these rows instead, under a new id as an amendment by request gives it."""
    amended = posting.amend(
        account.state,
        before=account.period,
        entries=account.entries,
        after=account.period.model_copy(update={"id": id}),
        rows=ledger_rows(a_bill(None, *rows)),
        cause=a_cause(),
        billed=PeriodBills((account.bill,), bill_calculator()),
    )
    account.store(amended)
    account.period = amended.posting.periods[-1]
