"""Which months of service count for a pension, and which rule stopped the counting."""

from collections.abc import Mapping
from datetime import date

import pytest

from ishtirak.billing.counting import Counting, counting, counting_by_period, counting_stop
from ishtirak.kernel.months import Month
from ishtirak.register.establishments import Cessation, CessationKind
from ishtirak.register.statement import MonthOfPeriod
from ishtirak.statute.model import AppliedRule
from tests.fakes.bills import ISSUED
from tests.fakes.register import OTHER_PERSON
from tests.unit.billing.desk import answer, extend, october

FIRST, SECOND = Month(2025, 1), Month(2025, 2)
SOURCE = "Social Insurance Law, art. 9; implementing regulation, art. 35"


def unpaid(first: Month, count: int) -> dict[Month, bool]:
    return dict.fromkeys((first.plus(place) for place in range(count)), False)


def ceased(on: str, kind: CessationKind = CessationKind.LIQUIDATION) -> Cessation:
    return Cessation(kind=kind, on=date.fromisoformat(on))


def counted(found: Mapping[Month, Counting]) -> list[str]:
    return [str(month) for month, counts in found.items() if counts is Counting.COUNTED_UNPAID]


def test_paid_months_qualify_and_unpaid_ones_count_for_six_months() -> None:
    months = [FIRST.plus(place) for place in range(10)]
    paid_months = {month: month <= SECOND for month in months}

    found = counting(paid_months)

    assert [month for month, counts in found.items() if counts is Counting.QUALIFIES] == months[:2]
    assert [month for month, counts in found.items() if counts is Counting.COUNTED_UNPAID] == months[2:8]
    assert [month for month, counts in found.items() if counts is Counting.NOT_COUNTED] == months[8:]
    assert Counting.NOT_COUNTED not in counting(paid_months, extended=True).values()


def test_where_every_month_is_paid_every_month_qualifies() -> None:
    paid_months = {FIRST: True, SECOND: True}

    assert set(counting(paid_months).values()) == {Counting.QUALIFIES}
    assert counting_stop(paid_months) is None
    assert counting({}) == {}


def test_months_are_taken_in_their_order_whatever_order_they_come_in() -> None:
    months = unpaid(FIRST, 8)

    assert list(counting(dict(reversed(months.items()))).items()) == list(counting(months).items())


@pytest.mark.parametrize("first", [Month(1990, 1), Month(2021, 12), Month(2022, 1), Month(2076, 1)])
def test_fin_04_a_month_of_any_year_is_answered(first: Month) -> None:
    assert counted(counting(unpaid(first, 12))) == [str(first.plus(place)) for place in range(6)]


def test_fin_04_every_month_from_1990_to_2076_is_answered_alone_and_together() -> None:
    months = list(Month(1990, 1).until(Month(2076, 12)))

    assert {counts for month in months for counts in counting({month: False}).values()} == {
        Counting.COUNTED_UNPAID
    }
    assert counted(counting(dict.fromkeys(months, False))) == [f"1990-{month:02}" for month in range(1, 7)]
    assert counted(counting({Month(2199, 12): False}, extended=True)) == ["2199-12"]


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("kind", CessationKind)
def test_reg_art_35_counting_stops_at_once_when_the_employer_ceases(
    kind: CessationKind, extended: bool
) -> None:
    found = counting(unpaid(FIRST, 12), extended=extended, ceased=ceased("2025-03-01", kind))

    assert counted(found) == ["2025-01", "2025-02", "2025-03"]


@pytest.mark.parametrize(
    ("on", "months"),
    [
        ("2024-12-31", 0),
        ("2025-01-01", 1),
        ("2025-05-31", 5),
        ("2025-06-01", 6),
        ("2025-12-31", 6),
    ],
)
def test_reg_art_35_the_month_of_the_day_counts_and_none_after_it(on: str, months: int) -> None:
    assert len(counted(counting(unpaid(FIRST, 12), ceased=ceased(on)))) == months


def test_reg_art_35_what_was_paid_qualifies_after_the_employer_ceased_too() -> None:
    found = counting({FIRST: False, SECOND: True, SECOND.next(): False}, ceased=ceased("2025-01-15"))

    assert list(found.values()) == [Counting.COUNTED_UNPAID, Counting.QUALIFIES, Counting.NOT_COUNTED]


@pytest.mark.parametrize(("extended", "months", "first_out"), [(False, 6, "2025-07"), (True, 12, "2026-01")])
def test_a_stop_by_time_says_after_how_many_months(extended: bool, months: int, first_out: str) -> None:
    stop = counting_stop(unpaid(FIRST, 15), extended=extended, ceased=ceased("2025-12-01"))

    assert stop == AppliedRule(
        rule="FIN-04",
        code="counting_stopped_unpaid",
        source=SOURCE,
        facts={"from_month": first_out, "months": months},
    )


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (CessationKind.BANKRUPTCY, "counting_stopped_bankruptcy"),
        (CessationKind.LIQUIDATION, "counting_stopped_liquidation"),
        (CessationKind.OWNER_DECEASED, "counting_stopped_owner_deceased"),
    ],
)
def test_a_stop_by_the_employers_end_says_which(kind: CessationKind, code: str) -> None:
    stop = counting_stop(unpaid(FIRST, 15), extended=True, ceased=ceased("2025-02-10", kind))

    assert stop == AppliedRule(
        rule="FIN-04", code=code, source=SOURCE, facts={"from_month": "2025-03", "ceased_on": "2025-02-10"}
    )


@pytest.mark.parametrize(
    ("on", "code"),
    [("2025-05-31", "counting_stopped_liquidation"), ("2025-06-01", "counting_stopped_unpaid")],
)
def test_the_rule_that_stopped_it_is_the_one_that_came_first(on: str, code: str) -> None:
    stop = counting_stop(unpaid(FIRST, 12), ceased=ceased(on))

    assert stop is not None
    assert stop.code == code


def test_where_every_month_counts_nothing_stopped() -> None:
    assert counting_stop(unpaid(FIRST, 6)) is None
    assert counting_stop(unpaid(FIRST, 2), ceased=ceased("2025-02-01")) is None


def test_what_is_assumed_of_old_months_is_said() -> None:
    old = counting_stop(unpaid(Month(2021, 1), 12))

    assert old is not None
    assert (old.assumed, old.facts["from_month"]) == (True, "2021-07")


def test_each_period_of_an_account_is_counted_by_its_own_bills_and_employer() -> None:
    account = october()
    extend(account)
    bill = answer(account, ISSUED)
    months = {FIRST.plus(place): MonthOfPeriod(contribution=5, paid=0) for place in range(9)}
    paid = {FIRST: MonthOfPeriod(contribution=5, paid=5)}

    found = counting_by_period(
        {bill.period_id: months, OTHER_PERSON: months, "paid": paid},
        [bill],
        ceased={OTHER_PERSON: ceased("2025-02-01")},
    )

    assert [len(counted(found[key].months)) for key in (bill.period_id, OTHER_PERSON, "paid")] == [9, 2, 0]
    assert found["paid"].months == {FIRST: Counting.QUALIFIES}
    assert found[bill.period_id].stopped_by is None
    assert found[OTHER_PERSON].stopped_by == counting_stop(unpaid(FIRST, 9), ceased=ceased("2025-02-01"))
