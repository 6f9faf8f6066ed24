"""What an employer may still owe is listed alike in memory and on the register's table."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.ports import bill_position
from tests.fakes.bills import ISSUED, BilledAccount, a_bill, a_notice
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    Register,
    a_period,
    in_memory_register,
    register_on,
    register_table,
)


@pytest.fixture(params=["memory", "dynamo"])
def register(request: pytest.FixtureRequest) -> Iterator[Register]:
    if request.param == "memory":
        yield in_memory_register()
        return
    with register_table() as table:
        yield register_on(table)


def opened(register: Register, **query: str | int) -> list[str]:
    return [bill.id for bill in register.bills.open_of_debtor(MITHAL, **({"limit": 9} | query))]  # type: ignore[arg-type]


def test_a_bill_is_open_from_its_issue_until_all_of_it_is_paid(register: Register) -> None:
    account = BilledAccount(register)
    issued = opened(register)
    due = bill_calculator().on(account.bill, ISSUED).due

    account.receive(a_notice("WF1", amount=1_000))
    partly = opened(register)
    account.receive(a_notice("WF2", amount=due - 1_000))

    assert issued == partly == [account.bill_id]
    assert opened(register) == []
    assert register.bills.open_of_debtor(NAMUDHAJ, limit=9) == ()


def test_open_bills_come_oldest_first_and_in_pages(register: Register) -> None:
    bills = [
        a_bill(
            a_period(),
            id=f"00000000-0000-4000-8000-{place:012}",
            reference=f"ISH-{place}",
            issued_on=date(2026, 11, 1) + timedelta(days=place),
        )
        for place in (3, 1, 2)
    ]
    register.transaction.commit(register.bills.save(issued=bills))

    first = register.bills.open_of_debtor(MITHAL, limit=2)
    rest = register.bills.open_of_debtor(MITHAL, limit=2, after=bill_position(first[-1]))

    assert [bill.issued_on.day for bill in (*first, *rest)] == [2, 3, 4]


def test_a_bill_is_found_among_its_accounts_after_any_change(register: Register) -> None:
    account = BilledAccount(register)
    account.receive(a_notice("WF1", amount=1_000))

    period = account.period
    assert [bill.id for bill in register.bills.of_account(period.person_id, period.system)] == [
        account.bill_id
    ]
