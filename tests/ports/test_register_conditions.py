"""What the register refuses to write twice, in memory and on its table alike."""

from collections.abc import Iterator

import pytest

from ishtirak.billing import decisions
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.insurance import System
from ishtirak.register import rules
from tests.fakes.bills import REFERENCE, SUPERVISOR, BilledAccount, a_bill, grounds
from tests.fakes.register import (
    MITHAL,
    PERSON,
    Register,
    a_cause,
    a_period,
    an_establishment,
    in_memory_register,
    register_on,
    register_table,
)

SOCIAL = System.SOCIAL_INSURANCE


@pytest.fixture(params=["memory", "dynamo"])
def register(request: pytest.FixtureRequest) -> Iterator[Register]:
    if request.param == "memory":
        yield in_memory_register()
        return
    with register_table() as table:
        yield register_on(table)


def test_an_establishment_is_enrolled_once(register: Register) -> None:
    first = an_establishment()
    register.transaction.commit(register.establishments.save(first))

    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(register.establishments.save(an_establishment(name_en="Another")))

    assert register.establishments.find(MITHAL) == first


@pytest.mark.parametrize(
    "other", [{}, {"id": "0b1ee500-0000-4000-8000-000000000001"}], ids=["the same bill", "its reference"]
)
def test_a_bill_and_its_reference_are_issued_once(register: Register, other: dict[str, str]) -> None:
    bill = a_bill()
    register.transaction.commit(register.bills.save(issued=[bill]))

    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(register.bills.save(issued=[Bill(**(dict(bill) | other))]))

    assert register.bills.by_reference(REFERENCE) == bill


def test_a_posting_on_a_state_that_moved_on_writes_nothing(register: Register) -> None:
    """Its state, its period, its entry and its event each say so; any one of them is enough."""
    first, second = a_period(), a_period("2025-05-01", "2025-06-30")
    before = register.accounts.state(PERSON, SOCIAL)
    register.store(rules.post(before, period=first, rows=(), cause=a_cause()), before=before)

    with pytest.raises(ChangedMeanwhile):
        register.store(rules.post(before, period=second, rows=(), cause=a_cause()), before=before)

    assert register.accounts.periods(PERSON) == (first,)
    assert len(register.accounts.entries(PERSON, SOCIAL)) == 1


def test_a_later_posting_on_a_state_that_moved_on_writes_nothing(register: Register) -> None:
    periods = [a_period(f"2025-0{month}-01", f"2025-0{month}-28") for month in (1, 3, 5)]
    for period in periods[:2]:
        before = register.accounts.state(PERSON, SOCIAL)
        register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)

    with pytest.raises(ChangedMeanwhile):
        register.store(rules.post(before, period=periods[2], rows=(), cause=a_cause()), before=before)

    assert len(register.accounts.periods(PERSON)) == 2


def test_a_period_is_not_posted_anew_over_one_that_is_there(register: Register) -> None:
    period = a_period()
    before = register.accounts.state(PERSON, SOCIAL)
    register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)
    after = register.accounts.state(PERSON, SOCIAL)
    elsewhere = after.model_copy(update={"projection": before.projection.model_copy(update={"last_seq": 1})})

    with pytest.raises(ChangedMeanwhile):
        register.store(rules.post(elsewhere, period=period, rows=(), cause=a_cause()), before=after)

    assert len(register.accounts.entries(PERSON, SOCIAL)) == 1


def test_a_period_is_revised_once_from_each_revision(register: Register) -> None:
    period = a_period()
    before = register.accounts.state(PERSON, SOCIAL)
    register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)
    entries = register.accounts.entries(PERSON, SOCIAL)
    for _ in range(2):
        before = register.accounts.state(PERSON, SOCIAL)
        revised = rules.amend(before, before=period, entries=entries, after=period, rows=(), cause=a_cause())
        if before.version == 1:
            register.store(revised, before=before)

    with pytest.raises(ChangedMeanwhile):
        register.store(revised, before=before)

    assert [one.revision for one in register.accounts.periods(PERSON)] == [2]


def test_what_waits_to_be_decided_follows_the_newest_version_of_its_bill(register: Register) -> None:
    account = BilledAccount(register)
    before, bill = account.state, account.bill
    why = grounds(SUPERVISOR, board_resolution="B-12")
    waiting = decisions.waive_fines(before, bill, percent=100, grounds=why, calculator=bill_calculator())
    account.store(waiting)
    granted = decisions.waive_fines(
        account.state, bill, percent=10, grounds=grounds(), calculator=bill_calculator()
    )

    with pytest.raises(ChangedMeanwhile):
        account.store(granted)

    assert [one.id for one in register.bills.awaiting_decision(limit=10)] == [bill.id]
