"""REG-09: a resident's service dates come from the authority's feed and are never typed, in every step of a request."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.billing.lateness import bill_calculator
from ishtirak.kernel.clock import today
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import person_number
from ishtirak.kernel.periods import Period
from ishtirak.register.service_dates import LeavingReason, ServiceDates
from ishtirak.requests.model import PeriodData, RequestState, SubmittedRequest
from ishtirak.reviews.model import Verdict
from ishtirak.statute.model import Assessment, Branch
from ishtirak.statute.refusals import DatesComeFromTheAuthority
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.authority_dates import claimable
from ishtirak.use_cases.check_eligibility import Eligibility, check_eligibility
from ishtirak.use_cases.decide_case import decide_case
from ishtirak.use_cases.post_period import post_period
from ishtirak.use_cases.read_case import read_case
from ishtirak.use_cases.save_data import save_data
from ishtirak.use_cases.step_up import StepUp
from tests.fakes.contracts import InMemoryContracts
from tests.fakes.proofs import AnyProof
from tests.fakes.requests import (
    CONTRIBUTOR,
    OFFICER,
    OWNER,
    REQUEST,
    claimed,
    decided,
    drafted,
    period_data,
    submitted,
)
from tests.fakes.residency import RESIDENT, a_service
from tests.unit.use_cases.scene import Scene

JOINED = "2026-10-05"
GOING_ON = a_service(JOINED)
ENDED = a_service(JOINED, ends_on="2026-10-31", ended_by=LeavingReason.SPONSORSHIP_TRANSFER)
DATA: dict[str, Any] = {
    "starts_on": JOINED,
    "ends_on": "2026-10-31",
    "wage_lines": [{"first_month": "2026-10", "last_month": "2026-11", "basic": 500_000}],
}


def data(**changed: Any) -> PeriodData:
    return period_data(**(DATA | changed))


def assessed(scene: Scene, **changed: Any) -> Assessment:
    ports = {name: port for name, port in scene.assessing.items() if name not in ("requests", "clock")}
    request = submitted(data=data(**changed)).after
    return assess_submitted(request, as_of=today(scene.clock), **ports)


def of_a_resident(request: SubmittedRequest) -> SubmittedRequest:
    """The request, about the resident's period."""
    return request.model_copy(update={"data": data(), "estimate": None})


def refused(scene: Scene, **changed: Any) -> bool:
    try:
        assessed(scene, **changed)
    except DatesComeFromTheAuthority:
        return True
    return False


@pytest.mark.parametrize("last_day", ["2026-10-05", "2026-10-31", "2026-11-22"])
def test_a_service_that_goes_on_is_claimed_from_its_first_day_to_any_day_until_the_request(
    scene: Scene, last_day: str
) -> None:
    scene.of_a_resident(GOING_ON)
    lines = [{"first_month": "2026-10", "last_month": last_day[:7], "basic": 500_000}]

    assessment = assessed(scene, ends_on=last_day, wage_lines=lines)

    assert assessment.registered == Period.between(date(2026, 10, 5), date.fromisoformat(last_day))
    assert {part.branch for row in assessment.rows for part in row.branches} == {Branch.HAZARDS}
    assert assessment.worker_share == 0
    assert scene.residency.asked == [person_number(RESIDENT)]


@pytest.mark.parametrize(
    ("service", "changed"),
    [
        (GOING_ON, {"starts_on": "2026-10-04"}),
        (GOING_ON, {"starts_on": "2026-10-06"}),
        (GOING_ON, {"ends_on": "2026-11-23"}),
        (ENDED, {"ends_on": "2026-10-30"}),
        (ENDED, {"ends_on": "2026-11-01"}),
        (a_service("2026-11-23"), {"starts_on": "2026-11-23", "ends_on": "2026-11-23"}),
    ],
)
def test_dates_other_than_the_authoritys_are_refused(
    scene: Scene, service: ServiceDates, changed: dict[str, Any]
) -> None:
    scene.of_a_resident(service)

    assert refused(scene, **changed)


def test_a_service_that_ended_is_claimed_whole(scene: Scene) -> None:
    scene.of_a_resident(ENDED)

    assert assessed(scene, wage_lines=[DATA["wage_lines"][0] | {"last_month": "2026-10"}]).registered == (
        Period.between(date(2026, 10, 5), date(2026, 10, 31))
    )


def test_where_the_authority_knows_of_no_service_nothing_is_claimed(scene: Scene) -> None:
    scene.of_a_resident()

    assert refused(scene)


def test_of_several_services_the_one_the_claim_begins_in_counts(scene: Scene) -> None:
    earlier = a_service("2026-09-01", ends_on="2026-09-30", ended_by=LeavingReason.FINAL_EXIT)
    scene.of_a_resident(earlier, GOING_ON)

    assert not refused(scene, wage_lines=[DATA["wage_lines"][0] | {"last_month": "2026-10"}])


def test_nobody_is_asked_about_a_citizen(scene: Scene) -> None:
    scene.residency.down = True

    assessed(scene, wage_lines=[DATA["wage_lines"][0] | {"last_month": "2026-10"}])

    assert scene.residency.asked == []


def save(scene: Scene) -> None:
    scene.requests.kept[REQUEST] = drafted().after
    save_data(
        REQUEST,
        data=of_a_resident(submitted().after).data,
        expected_version=1,
        by=CONTRIBUTOR,
        contracts=InMemoryContracts(),
        transaction=scene.transaction,
        **scene.assessing,
    )


def check(scene: Scene) -> None:
    scene.holds(of_a_resident(submitted().after))
    check_eligibility(REQUEST, transaction=scene.transaction, **scene.assessing)


def read(scene: Scene) -> None:
    scene.holds(of_a_resident(submitted().after))
    read_case(REQUEST, by=OFFICER, **scene.assessing)


def decide(scene: Scene) -> None:
    scene.holds(of_a_resident(claimed()))
    decide_case(
        REQUEST,
        verdict=Verdict.APPROVE,
        by=OFFICER,
        step_up=StepUp(AnyProof(), scene.clock),
        **scene.deciding,
        **scene.registered,
    )


def post(scene: Scene) -> None:
    scene.holds(of_a_resident(decided()))
    post_period(
        REQUEST,
        bills=scene.register.bills,
        calculator=bill_calculator(),
        transaction=scene.transaction,
        **scene.assessing,
    )


@pytest.mark.parametrize("step", [save, check, read, decide, post])
def test_while_the_authority_does_not_answer_nothing_is_decided(
    scene: Scene, step: Callable[[Scene], None]
) -> None:
    scene.of_a_resident(GOING_ON)
    scene.residency.down = True

    with pytest.raises(Unavailable):
        step(scene)

    assert scene.transaction.results == []


def test_a_request_whose_service_the_authority_took_back_is_rejected_by_the_rule(scene: Scene) -> None:
    scene.of_a_resident()
    scene.holds(of_a_resident(submitted().after))

    checked = check_eligibility(REQUEST, transaction=scene.transaction, **scene.assessing)

    assert checked.outcome is Eligibility.REJECTED
    request = scene.requests.submitted(REQUEST)
    assert (request.state, request.failure) == (
        RequestState.REJECTED,
        "dates_come_from_the_authority",
    )


def test_a_residents_period_is_posted_with_the_authoritys_days(scene: Scene) -> None:
    scene.of_a_resident(ENDED)

    post(scene)

    (period,) = scene.register.accounts.periods(OWNER)
    assert (period.starts_on, period.ends_on) == (date(2026, 10, 5), date(2026, 10, 31))


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(DAYS, DAYS, st.none() | DAYS, DAYS)
def test_reg_09_what_may_be_claimed_is_never_a_day_the_authority_does_not_report(
    joined: date, claimed_from: date, left: date | None, requested_on: date
) -> None:
    if left is not None and left < joined:
        return
    ended = {} if left is None else {"ends_on": left, "ended_by": LeavingReason.DEATH}
    service = a_service(joined.isoformat(), **ended)
    asked = Period.between(claimed_from, max(claimed_from, requested_on))

    days = claimable((service,), asked, requested_on=requested_on)

    if days is None:
        assert not service.covers(claimed_from) or requested_on < joined
        return
    assert days.starts_on == joined
    assert service.covers(days.ends_on)
    assert days.ends_on == left if left else days.ends_on <= requested_on
