"""A statement of account: what each month comes to, what was billed of it, and what was paid."""

from datetime import UTC, datetime

from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.register import rules
from ishtirak.register.periods import RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.use_cases.read_statement import AccountStatement, read_my_contributions
from tests.fakes.bills import BilledAccount, a_notice
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    PERSON,
    Register,
    a_cause,
    a_contributor,
    a_period,
    an_establishment,
    in_memory_register,
)
from tests.fakes.requests import CONTRIBUTOR, StoppedClock

SOCIAL = System.SOCIAL_INSURANCE
OLD_LAW = frozenset({SOCIAL})


def register_with(*periods: RecordedPeriod, **contributor: object) -> Register:
    register = in_memory_register()
    known = a_contributor(PERSON, **({"uncompensated_before_new_law": OLD_LAW} | contributor))
    register.transaction.commit(register.people.save(known, fingerprint="ab" * 32))
    for number in (MITHAL, NAMUDHAJ):
        register.transaction.commit(register.establishments.save(an_establishment(number)))
    for period in periods:
        before = register.accounts.state(PERSON, period.system)
        register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)
    return register


def statement(register: Register, *, on: str = "2026-11-22", system: System = SOCIAL) -> AccountStatement:
    return read_my_contributions(
        system=system,
        by=CONTRIBUTOR,
        people=register.people,
        accounts=register.accounts,
        establishments=register.establishments,
        bills=register.bills,
        clock=StoppedClock(datetime.fromisoformat(f"{on}T09:00:00+00:00").astimezone(UTC)),
    )


def qiwa(starts_on: str, ends_on: str | None = None, **facts: object) -> RecordedPeriod:
    """A period that a contract registered: nothing of it is in the ledger."""
    source = Source(kind=SourceKind.CONTRACT, reference="C-1000", version=1)
    return a_period(starts_on, ends_on, source=source, **facts)


def test_a_worker_registered_by_a_contract_has_a_statement() -> None:
    found = statement(register_with(qiwa("2026-09-16")))

    assert [(str(month.month), month.service_days, month.total) for month in found.months] == [
        ("2026-09", 15, 107_500),
        ("2026-10", 31, 215_000),
        ("2026-11", 22, 157_667),
    ]
    assert {(month.billed, month.paid) for month in found.months} == {(0, 0)}
    assert found.service_days == 15 + 31 + 22


def test_covered_billed_and_paid_are_three_facts() -> None:
    account = BilledAccount()
    register = account.register
    known = a_contributor(PERSON, uncompensated_before_new_law=OLD_LAW)
    register.transaction.commit(
        register.people.save(known, fingerprint="ab" * 32), register.establishments.save(an_establishment())
    )
    account.receive(a_notice(amount=1))

    months = statement(register).months

    assert [(month.total, month.billed, month.paid) for month in months] == [
        (215_000, 180_000, 1),
        (215_000, 180_000, 0),
        (215_000, 180_000, 0),
    ]


def test_two_employers_in_a_month_are_one_contribution_month() -> None:
    """Regulation art. 34; the days of both count once."""
    found = statement(
        register_with(
            qiwa("2026-10-01", "2026-10-20"), qiwa("2026-10-11", "2026-10-31", establishment=NAMUDHAJ)
        )
    )

    (month,) = found.months
    assert (month.service_days, found.service_days, len(month.covered)) == (31, 31, 2)


def test_the_wage_of_each_month_is_that_of_its_line() -> None:
    wages = (
        RecordedWageLine(
            first_month=Month.parse("2026-09"), last_month=Month.parse("2026-09"), basic=500_000
        ),
        RecordedWageLine(first_month=Month.parse("2026-10"), basic=5_000_000),
    )

    found = statement(register_with(qiwa("2026-09-01", "2026-10-31", wages=wages)))

    assert [row.contributory_wage for month in found.months for _, row in month.covered] == [
        500_000,
        4_500_000,
    ]
    assert {rule.code for rule in found.applied} == {"rate", "wage_cut_to_maximum"}


def test_years_add_up() -> None:
    found = statement(register_with(qiwa("2025-12-01", "2026-02-28")))

    assert {year: len(months) for year, months in found.years.items()} == {2025: 1, 2026: 2}


def test_days_before_the_tables_count_as_service_and_are_not_computed() -> None:
    found = statement(register_with(qiwa("2021-12-01", "2022-02-28")))

    assert [str(month.month) for month in found.months] == ["2022-02"]
    assert (found.service_days, str(found.computed_from)) == (90, "2022-02")


def test_what_the_tables_do_not_hold_is_named_and_the_rest_is_told() -> None:
    abroad = statement(register_with(qiwa("2026-10-01"), country="IN"), system=System.SOCIAL_INSURANCE)
    civil = statement(
        register_with(a_period("2026-10-01", None, system=System.CIVIL_PENSION), country="IN"),
        system=System.CIVIL_PENSION,
    )

    assert [period.not_computed for period in abroad.periods] == [None]
    assert [period.not_computed for period in civil.periods] == ["not_in_tables"]
    assert civil.months == ()


def test_an_employer_nobody_knows_is_named_too() -> None:
    found = statement(register_with(qiwa("2026-10-01", establishment="7000000003")))

    assert [period.not_computed for period in found.periods] == ["establishment_unknown"]


def test_a_service_that_has_not_begun_is_no_month() -> None:
    found = statement(register_with(qiwa("2026-12-01")))

    assert (found.months, found.service_days) == ((), 0)
