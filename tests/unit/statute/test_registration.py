"""Regulation arts. 6, 16, 19 and 34: deadlines, routes, the 24-month window, overlaps, owners."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ishtirak.kernel.insurance import Nationality, Route, System
from ishtirak.statute.model import Branch, Claim
from ishtirak.statute.refusals import (
    DatesComeFromTheAuthority,
    EndsAfterTheRequest,
    NoBranchCovers,
    OutsideTheWindow,
    OverlapsRecordedPeriod,
    OwnerCannotBeRegistered,
    RuleRefused,
    StartsInTheFuture,
    SystemNotForNationality,
)
from ishtirak.statute.registration import (
    employer_deadline,
    retroactive_from,
    route_of,
    window_from,
    worker_window,
)
from ishtirak.statute.rules import assess
from tests.unit.statute.claims import (
    ELSEWHERE,
    TABLES,
    claim,
    day,
    days,
    employer,
    person,
    recorded,
)

LATER = day("2026-11-22")


def refusal_of(asked: Claim) -> RuleRefused:
    """The refusal of a claim that must be refused."""
    with pytest.raises(RuleRefused) as refused:
        assess(asked, tables=TABLES, as_of=LATER)
    return refused.value


def branches_of(asked: Claim) -> set[Branch]:
    """The branches registered in any month."""
    rows = assess(asked, tables=TABLES, as_of=LATER).rows
    return {share.branch for row in rows for share in row.branches}


@given(days("1990-01-01", "2090-01-01"), st.integers(0, 400))
def test_reg_art_6_every_day_after_joining_is_on_exactly_one_route(joined: date, later: int) -> None:
    requested_on = joined + timedelta(days=later)
    window = worker_window(joined)

    route = route_of(joined, requested_on=requested_on)

    assert (route is Route.ON_TIME) == (requested_on <= employer_deadline(joined))
    assert (route is Route.SELF_WINDOW) == window.covers(requested_on)
    assert (route is Route.RETROACTIVE) == (requested_on >= retroactive_from(joined))
    assert window.starts_on == employer_deadline(joined) + timedelta(days=1)
    assert 28 <= window.days <= 31


@given(days("1990-01-01", "2090-01-01"), st.integers(1, 60))
def test_reg_art_16_the_window_opens_on_the_same_day_of_its_month(requested_on: date, months: int) -> None:
    opens_on = window_from(requested_on, look_back_months=months)
    apart = (requested_on.year - opens_on.year) * 12 + requested_on.month - opens_on.month

    assert apart == months
    assert opens_on.day == min(requested_on.day, monthrange(opens_on.year, opens_on.month)[1])


def test_reg_art_16_the_window_of_a_leap_day_opens_on_the_last_of_february() -> None:
    assert window_from(day("2028-02-29"), look_back_months=24) == day("2026-02-28")


@given(days("2024-03-01", "2026-02-28"), st.integers(0, 900), st.integers(1, 300))
def test_reg_art_16_no_day_before_the_window_is_registered_and_none_inside_is_lost(
    window_opens: date, before: int, inside: int
) -> None:
    requested_on = window_opens.replace(year=window_opens.year + 2)
    assume(window_from(requested_on, look_back_months=24) == window_opens)
    starts_on = window_opens - timedelta(days=before)
    ends_on = window_opens + timedelta(days=inside - 1)

    answer = assess(
        claim(str(starts_on), str(ends_on), requested_on=str(requested_on)), tables=TABLES, as_of=requested_on
    )

    assert answer.registered.starts_on == max(starts_on, window_opens)
    assert answer.registered.ends_on == ends_on
    assert ("truncated_to_window" in {rule.code for rule in answer.applied}) == (before > 0)


def test_reg_art_16_truncation_is_told_with_both_days() -> None:
    answer = assess(claim("2024-01-01", "2025-06-30", requested_on="2026-11-22"), tables=TABLES, as_of=LATER)

    truncation = answer.applied[0]
    assert (truncation.rule, truncation.code) == ("REG-04", "truncated_to_window")
    assert truncation.source == "Implementing regulation, art. 16"
    assert truncation.facts == {"asked_from": "2024-01-01", "starts_on": "2024-11-22", "months": 24}
    assert answer.asked.starts_on == day("2024-01-01")
    assert answer.registered.starts_on == day("2024-11-22")
    assert answer.rows[0].service_days == 9


def test_reg_art_16_a_period_wholly_before_the_window_is_refused() -> None:
    refused = refusal_of(claim("2023-01-01", "2024-11-21", requested_on="2026-11-22"))

    assert isinstance(refused, OutsideTheWindow)
    assert refused.facts == {"ends_on": "2024-11-21", "window_from": "2024-11-22", "months": 24}
    assert (
        assess(
            claim("2023-01-01", "2024-11-22", requested_on="2026-11-22"), tables=TABLES, as_of=LATER
        ).registered.days
        == 1
    )


@pytest.mark.parametrize(
    ("requested_on", "route", "branches"),
    [
        ("2026-09-30", Route.ON_TIME, set(Branch)),
        ("2026-10-01", Route.SELF_WINDOW, set(Branch)),
        ("2026-10-31", Route.SELF_WINDOW, set(Branch)),
        ("2026-11-01", Route.RETROACTIVE, {Branch.ANNUITIES}),
    ],
)
def test_reg_art_16_the_late_route_is_for_annuities_only(
    requested_on: str, route: Route, branches: set[Branch]
) -> None:
    asked = claim("2026-09-10", "2026-09-25", requested_on=requested_on)

    assert assess(asked, tables=TABLES, as_of=LATER).route is route
    assert branches_of(asked) == branches


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "refusal"),
    [
        ("2026-03-11", "2026-03-20", StartsInTheFuture),
        ("2026-03-10", "2026-03-11", EndsAfterTheRequest),
        ("2026-03-10", "2026-03-10", None),
    ],
)
def test_reg_05_nothing_of_the_period_lies_ahead(
    starts_on: str, ends_on: str, refusal: type[RuleRefused] | None
) -> None:
    asked = claim(starts_on, ends_on, requested_on="2026-03-10")

    if refusal is None:
        assert assess(asked, tables=TABLES, as_of=LATER).registered.days == 1
    else:
        refused = refusal_of(asked)
        assert type(refused) is refusal
        (about,) = refused.facts.keys() - {"requested_on"}
        assert refused.facts == {about: str(getattr(asked.period, about)), "requested_on": "2026-03-10"}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "refused"),
    [
        ("2024-06-01", "2024-12-31", False),
        ("2024-06-01", "2025-01-01", True),
        ("2025-03-01", "2025-03-31", True),
        ("2025-06-30", None, True),
        ("2025-07-01", None, False),
    ],
)
def test_reg_art_19_a_day_is_recorded_once_with_one_employer(
    starts_on: str, ends_on: str | None, refused: bool
) -> None:
    asked = claim(recorded=(recorded(starts_on, ends_on),))

    if refused:
        refusal = refusal_of(asked)
        assert isinstance(refusal, OverlapsRecordedPeriod)
        assert refusal.facts == {"establishment": "7000000001", "starts_on": starts_on, "ends_on": ends_on}
    else:
        assert assess(asked, tables=TABLES, as_of=LATER).rows


def test_reg_art_19_the_same_days_with_another_employer_are_allowed() -> None:
    asked = claim(recorded=(recorded("2025-01-01", None, establishment=ELSEWHERE),))

    assert assess(asked, tables=TABLES, as_of=LATER).registered == asked.period


def test_service_under_two_systems_at_once_is_left_to_an_officer() -> None:
    other = recorded("2025-06-30", None, establishment=ELSEWHERE, system=System.CIVIL_PENSION)
    after = recorded("2025-07-01", None, establishment=ELSEWHERE, system=System.MILITARY_PENSION)

    answer = assess(claim(recorded=(other, after)), tables=TABLES, as_of=LATER)

    assert [(d.rule, d.code, d.facts) for d in answer.needs_decision] == [
        ("REG-06", "overlaps_another_system", {"system": "CIVIL_PENSION"})
    ]


@pytest.mark.parametrize(("owned", "single", "refused"), [(1, 1, True), (1, 0, False), (0, 1, False)])
def test_reg_07_the_only_owner_of_a_business_is_not_its_contributor(
    owned: bool, single: bool, refused: bool
) -> None:
    asked = claim(establishment=employer(owned_by_person=bool(owned), single_owner=bool(single)))

    if refused:
        refusal = refusal_of(asked)
        assert isinstance(refusal, OwnerCannotBeRegistered)
        assert refusal.facts == {"establishment": "7000000001"}
    else:
        assert assess(asked, tables=TABLES, as_of=LATER).rows


@pytest.mark.parametrize("system", [System.CIVIL_PENSION, System.MILITARY_PENSION])
@pytest.mark.parametrize(
    "facts", [{"nationality": Nationality.NON_SAUDI}, {"nationality": Nationality.GCC, "gcc_state": "AE"}]
)
def test_the_pension_systems_are_for_citizens(system: System, facts: dict[str, Any]) -> None:
    refusal = refusal_of(claim(system=system, person=person(**facts)))

    assert isinstance(refusal, SystemNotForNationality)
    assert refusal.facts == {"system": system.value, "nationality": facts["nationality"].value}


def test_reg_09_a_non_saudi_s_dates_are_the_authority_s() -> None:
    asked = claim("2026-02-01", "2026-02-20")
    ours = {"nationality": Nationality.NON_SAUDI, "dates_from_authority": asked.period}

    agreed = asked.model_copy(update={"person": person(**ours)})
    unknown = asked.model_copy(update={"person": person(nationality=Nationality.NON_SAUDI)})
    moved = claim("2026-02-01", "2026-02-21", person=person(**ours))

    assert branches_of(agreed) == {Branch.HAZARDS}
    assert isinstance(refusal_of(unknown), DatesComeFromTheAuthority)
    assert isinstance(refusal_of(moved), DatesComeFromTheAuthority)


def test_reg_art_16_nothing_covers_a_non_saudi_s_late_period() -> None:
    asked = claim()
    facts = {"nationality": Nationality.NON_SAUDI, "dates_from_authority": asked.period}

    refusal = refusal_of(asked.model_copy(update={"person": person(**facts)}))

    assert isinstance(refusal, NoBranchCovers)
    assert (refusal.rule, refusal.source) == ("REG-03", "Implementing regulation, art. 16")
    assert refusal.facts == {"month": "2025-01", "nationality": "NON_SAUDI", "route": "RETROACTIVE"}


def test_refusals_come_in_the_order_of_the_form() -> None:
    wrong_in_many_ways = claim(
        "2026-04-01",
        "2026-04-30",
        system=System.CIVIL_PENSION,
        person=person(nationality=Nationality.NON_SAUDI),
        establishment=employer(owned_by_person=True, single_owner=True),
        wages=(),
    )
    repaired = wrong_in_many_ways.model_copy(update={"person": person()})

    assert isinstance(refusal_of(wrong_in_many_ways), SystemNotForNationality)
    assert isinstance(refusal_of(repaired), OwnerCannotBeRegistered)
    assert isinstance(
        refusal_of(repaired.model_copy(update={"establishment": employer()})), StartsInTheFuture
    )
