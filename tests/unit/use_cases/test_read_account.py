"""What a contributor reads of the register, without HTTP."""

from datetime import date

from ishtirak.billing.counting import Counting
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.months import Month
from ishtirak.register import rules
from ishtirak.register.establishments import Cessation, CessationKind
from ishtirak.use_cases.read_account import list_my_periods
from tests.fakes.bills import BilledAccount, a_notice
from tests.fakes.register import (
    NAMUDHAJ,
    PERSON,
    a_cause,
    a_period,
    an_establishment,
    in_memory_register,
)

CONTRIBUTOR = Caller(PERSON, PERSON, frozenset({Role.CONTRIBUTOR}))
FIRST, SECOND, THIRD = (Month(2025, month) for month in (1, 2, 3))


def test_a_period_comes_with_its_employer_and_which_months_of_it_count() -> None:
    account = BilledAccount()
    register = account.register
    register.transaction.commit(register.establishments.save(an_establishment()))
    first = account.bill.rows[0]
    account.receive(a_notice(amount=first.contribution + first.fine))

    (found,) = list_my_periods(
        by=CONTRIBUTOR,
        accounts=register.accounts,
        establishments=register.establishments,
        bills=register.bills,
    )

    assert (found.period, found.employer) == (account.period, an_establishment())
    assert found.months == {
        FIRST: Counting.QUALIFIES,
        SECOND: Counting.COUNTED_UNPAID,
        THIRD: Counting.COUNTED_UNPAID,
    }


def test_a_period_with_an_employer_that_ceased_says_that_this_stopped_the_counting() -> None:
    account = BilledAccount()
    register = account.register
    liquidated = Cessation(kind=CessationKind.LIQUIDATION, on=date(2025, 1, 20))
    register.transaction.commit(register.establishments.save(an_establishment(ceased=liquidated)))

    (found,) = list_my_periods(
        by=CONTRIBUTOR,
        accounts=register.accounts,
        establishments=register.establishments,
        bills=register.bills,
    )

    assert found.months == {
        FIRST: Counting.COUNTED_UNPAID,
        SECOND: Counting.NOT_COUNTED,
        THIRD: Counting.NOT_COUNTED,
    }
    assert found.stopped_by is not None
    assert found.stopped_by.code == "counting_stopped_liquidation"


def test_only_standing_periods_are_listed_even_of_an_employer_nobody_knows() -> None:
    register = in_memory_register()
    undone, standing = a_period(), a_period("2025-01-01", establishment=NAMUDHAJ)
    for period in (undone, standing):
        before = register.accounts.state(PERSON, period.system)
        register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)
    before = register.accounts.state(PERSON, undone.system)
    entries = register.accounts.entries(PERSON, undone.system)
    register.store(rules.reverse(before, period=undone, entries=entries, cause=a_cause()), before=before)

    (found,) = list_my_periods(
        by=CONTRIBUTOR,
        accounts=register.accounts,
        establishments=register.establishments,
        bills=register.bills,
    )

    assert (found.period.id, found.employer, found.months) == (standing.id, None, {})
