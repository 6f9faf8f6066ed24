"""Amending a recorded period: regulation arts. 6, 16 and 21."""

from typing import Any

import pytest
from hypothesis import given

from ishtirak.kernel.insurance import Route, System
from ishtirak.kernel.periods import Period
from ishtirak.statute.model import Assessment, Branch, Claim, ClaimKind, ExistingPeriod, LateCorrection
from ishtirak.statute.refusals import (
    AmendedPeriodUnknown,
    OutsideTheWindow,
    OverlapsRecordedPeriod,
    RuleRefused,
    WageCorrectionTooLate,
)
from ishtirak.statute.registration import admit
from ishtirak.statute.rules import assess
from tests.unit.statute.claims import ELSEWHERE, TABLES, amendments, claim, day, recorded


def amendment(starts_on: str, ends_on: str, *, of: ExistingPeriod, **changes: Any) -> Claim:
    """A claim that changes a recorded period, asked for on 22 November 2026."""
    ordinary = {"kind": ClaimKind.AMEND, "amends": of.id, "recorded": (of,), "requested_on": "2026-11-22"}
    return claim(starts_on, ends_on, **(ordinary | changes))


def assessed(asked: Claim) -> Assessment:
    """The assessment as of its own request day."""
    return assess(asked, tables=TABLES, as_of=asked.requested_on)


def branches_of(answer: Assessment) -> dict[str, int]:
    """How many branches each month has."""
    return {str(row.month): len(row.branches) for row in answer.rows}


def test_months_already_recorded_keep_their_branches_and_added_ones_are_late() -> None:
    answer = assessed(amendment("2026-01-01", "2026-06-30", of=recorded("2026-01-01", "2026-04-30")))

    assert answer.route is Route.RETROACTIVE
    assert branches_of(answer) == {
        "2026-01": 3,
        "2026-02": 3,
        "2026-03": 3,
        "2026-04": 3,
        "2026-05": 1,
        "2026-06": 1,
    }


def test_days_added_before_the_recorded_start_are_late() -> None:
    answer = assessed(amendment("2025-12-01", "2026-01-31", of=recorded("2026-01-01", "2026-01-31")))

    assert branches_of(answer) == {"2025-12": 1, "2026-01": 3}


def test_a_period_recorded_late_stays_late() -> None:
    late = recorded("2026-01-01", "2026-04-30", route=Route.RETROACTIVE)

    answer = assessed(amendment("2026-01-01", "2026-02-28", of=late))

    assert answer.route is Route.RETROACTIVE
    assert branches_of(answer) == {"2026-01": 1, "2026-02": 1}


def test_an_extension_reported_in_time_has_every_branch() -> None:
    asked = amendment("2026-01-01", "2026-11-15", of=recorded("2026-01-01", "2026-10-31"))

    answer = assessed(asked)

    assert answer.route is Route.ON_TIME
    assert set(branches_of(answer).values()) == {3}


def test_a_period_moved_to_later_days_takes_the_route_of_its_first_day() -> None:
    answer = assessed(amendment("2026-09-01", "2026-09-30", of=recorded("2026-01-01", "2026-03-31")))

    assert answer.route is Route.RETROACTIVE
    assert [share.branch for share in answer.rows[0].branches] == [Branch.ANNUITIES]


@pytest.mark.parametrize(
    "other",
    [
        recorded("2026-01-01", "2026-04-30", id="period-2"),
        recorded("2026-01-01", "2026-04-30", establishment=ELSEWHERE),
        recorded("2026-01-01", "2026-04-30", system=System.CIVIL_PENSION),
    ],
)
def test_an_amendment_names_a_period_recorded_here(other: ExistingPeriod) -> None:
    with pytest.raises(AmendedPeriodUnknown):
        assessed(amendment("2026-01-01", "2026-04-30", of=other, amends="period-1"))


def test_an_amendment_may_not_reach_into_another_recorded_period() -> None:
    amended, next_one = recorded("2026-01-01", "2026-04-30"), recorded("2026-06-01", None, id="period-2")

    with pytest.raises(OverlapsRecordedPeriod):
        assessed(amendment("2026-01-01", "2026-06-01", of=amended, recorded=(amended, next_one)))

    assert assessed(amendment("2026-01-01", "2026-05-31", of=amended, recorded=(amended, next_one)))


@pytest.mark.parametrize(
    ("ends_on", "requested_on", "wage", "month"),
    [
        ("2026-11-20", "2026-11-22", 1_000_000, None),
        ("2026-11-20", "2026-11-22", 1_000_001, "2026-09"),
        ("2026-11-20", "2026-11-22", 999_999, "2026-09"),
    ],
)
def test_reg_art_21_a_wage_is_corrected_by_the_end_of_its_month(
    ends_on: str, requested_on: str, wage: int, month: str | None
) -> None:
    asked = amendment(
        "2026-09-01", ends_on, of=recorded("2026-09-01", None), requested_on=requested_on, wage=wage
    )

    if month is None:
        assert assessed(asked).rows
    else:
        with pytest.raises(WageCorrectionTooLate) as refusal:
            assessed(asked)
        assert refusal.value.facts == {"month": month, "deadline": "2026-09-30"}


def test_reg_art_21_this_month_s_wage_may_still_be_corrected() -> None:
    asked = amendment("2026-11-01", "2026-11-22", of=recorded("2026-11-01", None), wage=1_200_000)

    assert assessed(asked).rows[0].contributory_wage == 1_200_000


def test_reg_art_21_the_deadline_day_itself_is_in_time() -> None:
    asked = amendment(
        "2026-11-01", "2026-11-30", of=recorded("2026-11-01", None), wage=1_200_000, requested_on="2026-11-30"
    )

    assert assessed(asked).rows


def test_reg_art_21_the_governor_may_allow_a_late_correction() -> None:
    asked = amendment(
        "2026-01-01",
        "2026-04-30",
        of=recorded("2026-01-01", "2026-04-30"),
        wage=1_200_000,
        late_correction=LateCorrection.ALLOWED,
    )

    assert {row.contributory_wage for row in assessed(asked).rows} == {1_200_000}


def test_reg_art_21_the_wage_of_added_months_is_no_correction() -> None:
    of = recorded("2026-01-01", "2026-04-30")
    asked = amendment("2026-05-01", "2026-06-30", of=of, wage=1_200_000)

    assert assessed(asked).rows[0].contributory_wage == 1_200_000


OLD = recorded("2022-06-01", "2024-12-31")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "registered_from"),
    [
        ("2022-06-01", "2025-06-30", "2022-06-01"),
        ("2022-05-01", "2025-06-30", "2022-06-01"),
        ("2023-01-01", "2024-06-30", "2023-01-01"),
        ("2025-01-01", "2025-06-30", "2025-01-01"),
        ("2022-06-01", "2024-12-31", "2022-06-01"),
    ],
)
def test_reg_art_16_recorded_days_need_no_window(starts_on: str, ends_on: str, registered_from: str) -> None:
    answer = assessed(amendment(starts_on, ends_on, of=OLD))

    assert answer.registered == Period.between(day(registered_from), day(ends_on))


def test_reg_art_16_a_recent_period_is_extended_back_to_the_window_only() -> None:
    answer = assessed(amendment("2024-01-01", "2025-06-30", of=recorded("2025-01-01", "2025-06-30")))

    assert answer.registered.starts_on == day("2024-11-22")


@pytest.mark.parametrize(
    ("recorded_until", "ends_on", "refused"),
    [
        ("2024-11-20", "2025-06-30", True),
        ("2024-11-21", "2025-06-30", False),
        ("2024-06-30", "2024-08-01", True),
    ],
)
def test_reg_art_16_an_extension_may_not_pass_through_days_before_the_window(
    recorded_until: str, ends_on: str, refused: bool
) -> None:
    asked = amendment("2022-06-01", ends_on, of=recorded("2022-06-01", recorded_until))

    if refused:
        with pytest.raises(OutsideTheWindow):
            assessed(asked)
    else:
        assert assessed(asked).registered == asked.period


@given(amendments())
def test_reg_art_16_every_registered_day_is_inside_the_window_or_was_recorded(asked: Claim) -> None:
    try:
        admission = admit(asked, tables=TABLES)
    except RuleRefused:
        return
    amended = admission.amended

    assert amended is not None
    acceptable_from = min(
        d
        for d in (
            admission.window_from,
            amended.starts_on if amended.period.overlaps(asked.period) else None,
        )
        if d
    )
    assert admission.registered.starts_on == max(asked.period.starts_on, acceptable_from)
    assert admission.registered.ends_on == asked.period.ends_on
    tail = amended.period.ends_on
    if admission.registered.starts_on < admission.window_from and tail < asked.period.ends_on:
        assert (admission.window_from - tail).days <= 1


def test_an_amendment_that_adds_no_day_keeps_the_recorded_route() -> None:
    of = recorded("2026-01-01", "2026-04-30")

    assert assessed(amendment("2026-01-01", "2026-04-30", of=of)).route is Route.ON_TIME
    assert assessed(amendment("2026-02-01", "2026-03-31", of=of)).route is Route.ON_TIME


def test_reg_art_21_a_single_recorded_day_makes_its_month_s_wage_a_correction() -> None:
    of = recorded("2026-01-01", "2026-02-01")
    asked = amendment("2026-02-01", "2026-03-31", of=of, wage=1_200_000)

    with pytest.raises(WageCorrectionTooLate) as refusal:
        assessed(asked)
    assert refusal.value.facts["month"] == "2026-02"


def test_reg_art_16_a_period_recorded_long_ago_may_be_amended_within_itself() -> None:
    old = recorded("2022-06-01", "2023-12-31")

    assert assessed(amendment("2022-06-01", "2023-12-31", of=old)).registered == old.period
    assert assessed(amendment("2022-07-01", "2023-06-30", of=old)).registered.days == 365
