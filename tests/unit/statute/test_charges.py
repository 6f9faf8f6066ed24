"""Law art. 9, regulation arts. 20, 24, 35 and 36: what a month costs, when it is due, what delay adds."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.insurance import Law, System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.statute.charges import charges, due_on, fine, months_late, unpaid_months
from ishtirak.statute.model import Assessment
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import DelayMonths, FinesStart, FineTerms, Tables
from tests.unit.statute.claims import TABLES, amounts, claim, day, days, person

TERMS = FineTerms(
    per_month=200, retroactive_starts=FinesStart.DUE_DATE, delay_months=DelayMonths.FROM_DUE_DAY
)


@given(amounts(), st.lists(st.integers(0, 2_000), max_size=6), st.integers(1, 31), st.integers(28, 31))
def test_con_03_every_charge_is_what_decimal_arithmetic_gives(
    wage: Halalas, rates: list[int], served: int, month_days: int
) -> None:
    amounts_due = charges(wage, rates=rates, service_days=served, month_days=month_days)

    for rate, amount in zip(rates, amounts_due, strict=True):
        exact = Decimal(wage * rate * served) / Decimal(10_000 * month_days)
        assert amount == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(amounts(), st.integers(0, 2_000), st.integers(1, 30))
def test_reg_art_36_two_parts_of_a_month_cost_what_the_month_costs(
    wage: Halalas, rate: int, served: int
) -> None:
    first, rest, whole = (
        charges(wage, rates=(rate,), service_days=count, month_days=31)[0]
        for count in (served, 31 - served, 31)
    )

    assert abs(first + rest - whole) <= 1


@given(days("1990-01-01", "2090-01-01"))
def test_reg_art_24_a_month_is_due_on_the_fifteenth_of_the_next(any_day: date) -> None:
    due = due_on(Month.of(any_day), tables=TABLES) if any_day >= day("2022-02-01") else None

    assert due is None or (due.day, Month.of(due)) == (15, Month.of(any_day).next())


@pytest.mark.parametrize(
    ("paid_on", "from_due_day", "calendar"),
    [
        ("2026-01-01", 0, 0),
        ("2026-02-15", 0, 0),
        ("2026-02-16", 1, 1),
        ("2026-02-28", 1, 1),
        ("2026-03-01", 1, 2),
        ("2026-03-15", 1, 2),
        ("2026-03-16", 2, 2),
        ("2027-02-15", 12, 13),
        ("2027-02-16", 13, 13),
    ],
)
def test_law_art_9_a_month_of_delay_begins_the_day_after(
    paid_on: str, from_due_day: int, calendar: int
) -> None:
    due = day("2026-02-15")

    assert months_late(due, paid_on=day(paid_on), counted=DelayMonths.FROM_DUE_DAY) == from_due_day
    assert months_late(due, paid_on=day(paid_on), counted=DelayMonths.CALENDAR) == calendar


@given(days("2022-02-01", "2060-01-01"), st.integers(-400, 4_000), st.sampled_from(DelayMonths))
def test_law_art_9_delay_never_shrinks_and_grows_by_single_months(
    any_day: date, later: int, counted: DelayMonths
) -> None:
    due = due_on(Month.of(any_day), tables=TABLES)
    paid_on = due + timedelta(days=later)
    today = months_late(due, paid_on=paid_on, counted=counted)
    tomorrow = months_late(due, paid_on=paid_on + timedelta(days=1), counted=counted)

    assert tomorrow - today in (0, 1)
    assert (today > 0) == (later > 0)


@given(amounts(), st.integers(0, 600))
def test_law_art_9_the_fine_is_simple(contribution: Halalas, late_months: int) -> None:
    owed = fine(contribution, late_months=late_months, terms=TERMS)

    assert abs(owed * 50 - contribution * late_months) <= 25
    assert fine(contribution, late_months=0, terms=TERMS) == 0
    assert fine(contribution, late_months=late_months + 1, terms=TERMS) >= owed


def test_law_art_9_half_a_halala_of_fine_is_rounded_up() -> None:
    assert fine(Halalas(25), late_months=1, terms=TERMS) == 1
    assert fine(Halalas(24), late_months=1, terms=TERMS) == 0


@pytest.mark.parametrize(("extended", "months"), [(False, 6), (True, 12)])
@pytest.mark.parametrize("first", ["1900-01", "2021-12", "2026-01", "2199-12"])
def test_reg_art_35_counting_stops_after_six_unpaid_months(first: str, extended: bool, months: int) -> None:
    entry = unpaid_months(Month.parse(first), tables=TABLES)

    assert entry.value.most(extended=extended) == months
    assert entry.assumed == (first < "2022-02")


def with_late_fines(**terms: str) -> Tables:
    """The tables with other terms for late fines."""
    table = TABLES.late_fines
    entries = tuple(
        replace(entry, value=FineTerms.model_validate(entry.value.model_dump() | terms))
        for entry in table.entries
    )
    return TABLES.model_copy(update={"late_fines": replace(table, entries=entries)})


def pension(tables: Tables, *, as_of: str) -> Assessment:
    """A late civil pension period of three months."""
    asked = claim(
        "2025-12-01", "2026-02-28", requested_on="2026-06-01", wage=900_000, system=System.CIVIL_PENSION
    )
    return assess(asked, tables=tables, as_of=day(as_of))


def test_fin_02_fines_of_a_late_period_may_start_at_the_request_or_never() -> None:
    from_request = with_late_fines(retroactive_starts="REQUEST")
    never = with_late_fines(retroactive_starts="NEVER")

    assert pension(TABLES, as_of="2026-06-01").fines == 38_880
    assert pension(from_request, as_of="2026-07-15").fines == 0
    assert [row.late_months for row in pension(from_request, as_of="2026-07-16").rows] == [1, 1, 1]
    assert pension(from_request, as_of="2026-07-16").fines == 3 * 3_240
    assert pension(never, as_of="2030-01-01").fines == 0
    assert "late_fine" not in {rule.code for rule in pension(never, as_of="2030-01-01").applied}


def test_fin_02_a_period_reported_in_time_is_fined_from_its_due_date_whatever_the_late_route_does() -> None:
    asked = claim("2026-02-01", "2026-02-28", requested_on="2026-03-10")
    tables = with_late_fines(retroactive_starts="NEVER")

    assert assess(asked, tables=tables, as_of=day("2026-03-16")).rows[0].late_months == 1


def test_fin_03_the_fine_is_on_top_of_both_shares() -> None:
    answer = assess(claim(), tables=TABLES, as_of=day("2026-03-31"))

    assert (answer.worker_share, answer.employer_share) == (540_000, 540_000)
    assert (answer.contributions, answer.fines, answer.total) == (1_080_000, 248_400, 1_328_400)


def test_con_01_rates_step_up_by_contribution_month_under_the_new_law() -> None:
    asked = claim(
        "2025-05-10",
        "2026-08-20",
        requested_on="2026-11-22",
        person=person(uncompensated_before_new_law=frozenset()),
    )

    answer = assess(asked, tables=TABLES, as_of=day("2026-11-22"))

    assert answer.law is Law.NEW
    full = {str(row.month): row.employee for row in answer.rows if row.service_days == row.month_days}
    assert (full["2025-06"], full["2025-07"], full["2026-06"], full["2026-07"]) == (
        90_000,
        95_000,
        95_000,
        100_000,
    )
    assert [
        (rule.facts["from_month"], rule.facts["employee"], rule.assumed)
        for rule in answer.applied
        if rule.code == "rate"
    ] == [("2025-05", 900, False), ("2025-07", 950, True), ("2026-07", 1_000, True)]


def test_con_02_the_first_and_last_month_are_charged_by_days_of_service() -> None:
    answer = assess(claim("2025-01-20", "2025-03-10"), tables=TABLES, as_of=day("2026-03-10"))

    assert [(row.service_days, row.month_days) for row in answer.rows] == [(12, 31), (28, 28), (10, 31)]
    assert answer.rows[0].employee == 34_839
    assert [rule.facts["month"] for rule in answer.applied if rule.code == "partial_month"] == [
        "2025-01",
        "2025-03",
    ]


def test_fin_01_delay_may_be_counted_in_calendar_months() -> None:
    asked = claim("2026-01-01", "2026-01-31", requested_on="2026-02-10")
    by_calendar = with_late_fines(delay_months="CALENDAR")

    assert assess(asked, tables=TABLES, as_of=day("2026-03-01")).rows[0].late_months == 1
    assert assess(asked, tables=by_calendar, as_of=day("2026-03-01")).rows[0].late_months == 2
