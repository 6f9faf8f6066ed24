"""Each day takes the route of its own month, and keeps it: regulation arts. 6 and 16."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.insurance import Law, Route, System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.registered_days import RegisteredDays
from ishtirak.kernel.wage import WageLine
from ishtirak.statute.charges import fine_by_days
from ishtirak.statute.law import law_of
from ishtirak.statute.model import (
    Assessment,
    Branch,
    Claim,
    ClaimKind,
    ExistingPeriod,
    LateCorrection,
    PeriodContributions,
    Way,
)
from ishtirak.statute.refusals import (
    BelowMinimumAge,
    EndsAfterTheRequest,
    OutsideTheWindow,
    StartsInTheFuture,
    WageCorrectionTooLate,
)
from ishtirak.statute.registration import admit, register_days, route_of
from ishtirak.statute.rules import assess, contributions
from tests.unit.statute.claims import (
    ELSEWHERE,
    TABLES,
    agreed,
    claim,
    day,
    days_of,
    employer,
    person,
    recorded,
)

LATE, WINDOW, ON_TIME = Route.RETROACTIVE, Route.SELF_WINDOW, Route.ON_TIME


def test_reg_art_6_a_claim_of_many_months_takes_the_route_of_each() -> None:
    asked = claim("2026-01-10", "2026-11-15", requested_on="2026-11-20")

    assert admit(asked, tables=TABLES).days == (
        days_of("2026-01-10", "2026-09-30", LATE),
        days_of("2026-10-01", "2026-10-31", WINDOW),
        days_of("2026-11-01", "2026-11-15", ON_TIME),
    )


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(0, 200), st.integers(-200, 200))
def test_every_day_is_registered_by_the_route_it_has_alone(starts_on: date, served: int, asked: int) -> None:
    ends_on = starts_on + timedelta(days=served)
    requested_on = ends_on + timedelta(days=asked)

    days = register_days((), starts_on=starts_on, ends_on=ends_on, requested_on=requested_on)

    for offset in range(served + 1):
        each = starts_on + timedelta(days=offset)
        (route,) = {stretch.route for stretch in days if stretch.days_between(each, each)}
        assert route is route_of(each, requested_on=requested_on)


def test_a_known_day_keeps_its_route_and_an_open_service_is_on_time_from_now_on() -> None:
    known = (days_of("2026-03-01", "2026-03-31", WINDOW),)

    days = register_days(known, starts_on=day("2026-02-01"), ends_on=None, requested_on=day("2026-11-22"))

    assert days == (
        days_of("2026-02-01", "2026-02-28", LATE),
        days_of("2026-03-01", "2026-03-31", WINDOW),
        days_of("2026-04-01", "2026-09-30", LATE),
        days_of("2026-10-01", "2026-10-31", WINDOW),
        days_of("2026-11-01", None, ON_TIME),
    )


def amending(of: ExistingPeriod, starts_on: str, ends_on: str, **changes: Any) -> Claim:
    return claim(starts_on, ends_on, kind=ClaimKind.AMEND, amends=of.id, recorded=(of,), **changes)


def assessed(asked: Claim) -> Assessment:
    return assess(asked, tables=TABLES, as_of=asked.requested_on)


def test_the_route_of_an_amendment_is_the_latest_of_the_days_it_adds() -> None:
    of = recorded("2026-09-10", "2026-10-10")

    assert assessed(amending(of, "2026-09-01", "2026-10-20", requested_on="2026-11-01")).route is LATE
    assert assessed(amending(of, "2026-09-10", "2026-10-20", requested_on="2026-11-01")).route is WINDOW
    assert assessed(amending(of, "2026-09-10", "2026-10-20", requested_on="2026-10-31")).route is ON_TIME


def test_the_row_of_a_month_takes_the_route_of_the_days_added_in_it() -> None:
    of = recorded("2026-10-10", "2026-10-20")
    late_in_front = amending(of, "2026-08-20", "2026-10-31", requested_on="2026-11-10")
    unchanged = amending(of, "2026-10-10", "2026-10-20", requested_on="2026-12-22")

    assert [row.route for row in assessed(late_in_front).rows] == [LATE, LATE, WINDOW]
    assert [row.route for row in assessed(unchanged).rows] == [ON_TIME]


TAKEN_OUT = recorded(
    "2026-01-01",
    "2026-01-31",
    taken_out=(days_of("2026-02-01", "2026-02-28", ON_TIME),),
    wages=(agreed("2026-01", "2026-01"),),
    taken_out_wages=(agreed("2026-02", "2026-02", basic=500_000),),
)


def test_days_put_back_keep_their_route_and_their_wage() -> None:
    lines = (
        agreed("2026-01", "2026-01"),
        agreed("2026-02", "2026-02", basic=500_000),
    )
    wages = tuple(line_of(each.first_month, each.basic) for each in lines)
    asked = amending(TAKEN_OUT, "2026-01-01", "2026-02-28", requested_on="2026-11-22", wages=wages)

    answer = assessed(asked)

    assert [len(row.branches) for row in answer.rows] == [3, 3]
    with pytest.raises(WageCorrectionTooLate) as refusal:
        assessed(amending(TAKEN_OUT, "2026-01-01", "2026-02-28", requested_on="2026-11-22"))
    assert refusal.value.facts["month"] == "2026-02"


def line_of(month: Month, basic: int) -> WageLine:
    return WageLine(first_month=month, last_month=month, basic=Halalas(basic))


def test_days_put_back_need_no_window() -> None:
    of = recorded("2022-07-01", "2022-12-31", taken_out=(days_of("2022-06-01", "2022-06-30"),))
    gone = recorded("2022-07-01", "2022-12-31", taken_out=(days_of("2022-05-01", "2022-05-30"),))

    assert (
        assessed(amending(of, "2022-06-01", "2022-12-31", requested_on="2026-11-22")).registered.days == 214
    )
    assert assessed(
        amending(gone, "2022-05-01", "2022-12-31", requested_on="2026-11-22")
    ).registered.starts_on == day("2022-07-01")


def test_an_extension_that_would_cut_off_recorded_days_is_refused() -> None:
    of = recorded("2022-06-01", "2024-10-31")

    with pytest.raises(OutsideTheWindow):
        assessed(amending(of, "2022-06-01", "2025-01-31", requested_on="2026-12-22"))


def test_law_art_14_the_start_of_the_work_counts_for_the_least_age_too() -> None:
    child = person(born=CivilDate.parse("2010-01-01"), uncompensated_before_new_law=frozenset())
    started: dict[str, Any] = {"person": child, "requested_on": "2026-12-15"}

    assert assess_of("2025-01-01", "2026-06-30", **started).work_started_on == day("2025-01-01")
    with pytest.raises(BelowMinimumAge):
        assess_of("2024-12-31", "2026-06-30", **started)


def assess_of(starts_on: str, ends_on: str, **changes: Any) -> Assessment:
    return assessed(claim(starts_on, ends_on, **changes))


ELDER = person(born=CivilDate.parse("1959-12-01"), uncompensated_before_new_law=frozenset())


def test_law_art_14_an_unchanged_start_keeps_the_start_of_the_work() -> None:
    of = recorded("2024-12-15", "2026-06-30", route=LATE, work_started_on=day("2024-11-01"))
    same = amending(of, "2024-12-15", "2026-05-31", person=ELDER, requested_on="2026-12-20")
    earlier = amending(of, "2024-11-30", "2026-05-31", person=ELDER, requested_on="2026-12-20")

    assert assessed(same).work_started_on == day("2024-11-01")
    assert assessed(earlier).work_started_on == day("2024-11-30")


def test_law_art_14_adjoining_service_with_one_employer_is_one_work() -> None:
    first = recorded("2024-12-20", "2025-01-31", route=LATE, work_started_on=day("2024-11-01"))
    second = recorded("2025-02-01", "2025-02-28", route=LATE, id="period-2")
    third = claim("2025-03-01", "2025-03-31", person=ELDER, recorded=(second, first))
    elsewhere = recorded("2025-02-01", "2025-02-28", route=LATE, id="period-3", establishment=ELSEWHERE)

    assert admit(third, tables=TABLES).work_started_on == day("2024-11-01")
    other = claim("2025-03-01", "2025-03-31", person=ELDER, recorded=(elsewhere, first))
    assert admit(other, tables=TABLES).work_started_on == day("2025-03-01")


def test_the_rule_of_the_start_is_told_where_it_decides() -> None:
    old, young = (
        assess_of("2024-11-01", "2026-06-30", person=each, requested_on="2026-12-15")
        for each in (ELDER, person())
    )

    assert "age_at_start_of_work" in {rule.code for rule in old.applied}
    assert "age_at_start_of_work" not in {rule.code for rule in young.applied}


def test_a_month_partly_late_says_how_many_of_its_days() -> None:
    of = recorded("2025-06-30", "2025-06-30")

    answer = assessed(amending(of, "2025-06-01", "2025-06-30", requested_on="2026-06-01"))

    assert [rule.facts for rule in answer.applied if rule.code == "late_days_annuities_only"] == [
        {"month": "2025-06", "late_days": 29, "service_days": 30}
    ]


def test_a_period_recorded_before_the_new_law_decides_the_law() -> None:
    before = recorded("2024-06-01", "2024-07-02")
    after = recorded("2024-07-03", "2024-12-31")
    new = person(uncompensated_before_new_law=frozenset())
    asked: dict[str, Any] = {
        "starts_on": day("2025-01-01"),
        "system": System.SOCIAL_INSURANCE,
        "tables": TABLES,
    }

    assert law_of(new, recorded=(before,), **asked) == ("OLD", ())
    assert law_of(new, recorded=(after,), **asked) == ("NEW", ())
    assert law_of(new, recorded=(), **asked) == ("NEW", ())


def test_a_late_correction_is_asked_for_or_allowed() -> None:
    of = recorded("2026-01-01", "2026-04-30")
    asked: dict[str, Any] = {"wage": 1_200_000, "requested_on": "2026-11-22"}
    span = {"from_month": "2026-01", "until_month": "2026-04"}

    waiting = assessed(
        amending(of, "2026-01-01", "2026-04-30", late_correction=LateCorrection.ASKED, **asked)
    )
    allowed = assessed(
        amending(of, "2026-01-01", "2026-04-30", late_correction=LateCorrection.ALLOWED, **asked)
    )
    nothing = assessed(
        amending(
            of, "2026-01-01", "2026-04-30", late_correction=LateCorrection.ASKED, requested_on="2026-11-22"
        )
    )

    assert [(each.rule, each.code, each.facts) for each in waiting.needs_decision] == [
        ("WAG-04", "late_wage_correction", span)
    ]
    assert [each.facts for each in allowed.applied if each.code == "late_correction_allowed"] == [span]
    assert (allowed.needs_decision, nothing.needs_decision) == ((), ())


@pytest.mark.parametrize(
    ("starts_on", "refused"), [("2027-02-20", False), ("2027-02-21", True), ("2028-01-01", True)]
)
def test_a_contract_may_begin_a_while_ahead_and_no_later(starts_on: str, refused: bool) -> None:
    asked = claim(starts_on, "2028-01-31", requested_on="2026-11-22", way=Way.CONTRACT)

    if refused:
        with pytest.raises(StartsInTheFuture):
            admit(asked, tables=TABLES)
    else:
        assert {each.route for each in admit(asked, tables=TABLES).days} == {ON_TIME}


def test_a_request_neither_begins_nor_ends_ahead() -> None:
    with pytest.raises(StartsInTheFuture):
        admit(claim("2026-11-23", "2026-11-30", requested_on="2026-11-22"), tables=TABLES)
    with pytest.raises(EndsAfterTheRequest):
        admit(claim("2026-11-01", "2026-11-23", requested_on="2026-11-22"), tables=TABLES)


def test_a_fine_takes_each_part_of_the_days_by_its_own_delay() -> None:
    terms = TABLES.late_fines.at(day("2026-01-01"), system=System.SOCIAL_INSURANCE).value

    assert fine_by_days(Halalas(30_000), delays=[(10, 0), (20, 3)], terms=terms) == 1_200
    assert fine_by_days(Halalas(100), delays=[(1, 1), (2, 0)], terms=terms) == 1


def came_to(
    period: ExistingPeriod, *others: ExistingPeriod, until: str = "2026-11-22", **facts: Any
) -> PeriodContributions:
    asked: dict[str, Any] = {"person": person(), "establishment": employer()} | facts
    return contributions(period, others=others, until=day(until), tables=TABLES, **asked)


def test_a_recorded_period_comes_to_what_its_claim_came_to() -> None:
    asked = assess_of("2026-01-10", "2026-11-15", requested_on="2026-11-20")
    period = recorded("2026-01-10", "2026-11-15", registered=asked.days)

    found = came_to(period)

    assert [row.model_dump() for row in found.months] == [
        {
            name: value
            for name, value in row.model_dump().items()
            if name in type(found.months[0]).model_fields
        }
        for row in asked.rows
    ]
    assert {rule.code for rule in found.applied} == {"late_route_annuities_only", "rate", "partial_month"}


def test_an_open_period_is_computed_to_the_day() -> None:
    found = came_to(recorded("2026-10-20", None), until="2026-11-10")

    assert [(str(row.month), row.service_days) for row in found.months] == [("2026-10", 12), ("2026-11", 10)]
    assert came_to(recorded("2026-10-20", None), until="2026-10-19").months == ()


def test_what_is_recorded_is_computed_even_where_no_branch_covers() -> None:
    found = came_to(
        recorded("2026-01-01", "2026-01-31", route=LATE), person=person(born=CivilDate.parse("1930-01-01"))
    )

    assert [(row.total, row.branches) for row in found.months] == [(0, ())]


def test_a_month_without_a_recorded_wage_is_left_out() -> None:
    found = came_to(recorded("2026-01-01", "2026-02-28", wages=(agreed("2026-02"),)))

    assert [str(row.month) for row in found.months] == ["2026-02"]


def test_days_before_the_tables_are_left_out() -> None:
    assert [str(row.month) for row in came_to(recorded("2021-12-01", "2022-02-28")).months] == ["2022-02"]


def test_the_law_a_period_was_recorded_under_stays() -> None:
    period = recorded("2026-08-01", "2026-08-31")
    new = person(uncompensated_before_new_law=frozenset())

    assert came_to(period, person=new).months[0].total == 235_000
    under_the_old = period.model_copy(update={"law": Law.OLD})
    assert came_to(under_the_old, person=new).months[0].total == 215_000
    assert (
        came_to(period, recorded("2024-01-01", "2024-01-31", id="x"), person=new).months[0].total == 215_000
    )


def test_other_employers_share_the_maximum_of_a_recorded_month() -> None:
    period = recorded("2026-08-01", "2026-08-31", wage=3_000_000)
    other = recorded("2026-08-31", None, wage=3_000_000, id="x", establishment=ELSEWHERE)

    assert came_to(period, other).months[0].contributory_wage == 2_250_000


def test_a_branch_share_names_its_days() -> None:
    of = recorded("2026-06-30", "2026-06-30")

    (row,) = assessed(amending(of, "2026-06-29", "2026-06-30", requested_on="2026-11-22")).rows

    assert {share.branch: share.days for share in row.branches} == {
        Branch.ANNUITIES: 2,
        Branch.SANED: 1,
        Branch.HAZARDS: 1,
    }
    assert isinstance(of.registered[0], RegisteredDays)


def test_first_coverage_stays_with_the_law_a_period_was_judged_by() -> None:
    elder = person(born=CivilDate.parse("1960-06-01"), first_covered_on=day("2000-01-01"))
    judged_before = recorded("2026-01-01", "2026-01-31", law=Law.OLD)

    assert Branch.ANNUITIES not in {
        share.branch for share in came_to(judged_before, person=elder).months[0].branches
    }
    undecided = recorded("2026-01-01", "2026-01-31")
    assert Branch.ANNUITIES in {share.branch for share in came_to(undecided, person=elder).months[0].branches}
