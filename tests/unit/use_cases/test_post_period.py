"""Posting an approved request: what of an assessment becomes the period, its ledger rows and its bill."""

from collections.abc import Mapping
from typing import Any

import pytest

from ishtirak.billing.lateness import bill_calculator
from ishtirak.kernel.clock import today
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.register.statement import standing_entry
from ishtirak.requests.model import RequestState
from ishtirak.requests.refusals import NotApproved
from ishtirak.statute.model import Assessment
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.post_period import bill_of, by_month, ledger_rows, period_of, post_period
from tests.fakes.requests import OWNER, REQUEST, decided, submitted
from tests.unit.use_cases.scene import Scene

SOCIAL = System.SOCIAL_INSURANCE


def post(scene: Scene) -> str | None:
    return post_period(
        REQUEST,
        bills=scene.register.bills,
        calculator=bill_calculator(),
        transaction=scene.transaction,
        **scene.assessing,
    )


def assessed(scene: Scene) -> Assessment:
    ports = {name: port for name, port in scene.assessing.items() if name not in ("requests", "clock")}
    return assess_submitted(decided(), as_of=today(scene.clock), **ports)


def test_the_period_the_bill_and_the_request_are_one_effect(scene: Scene) -> None:
    scene.holds(decided())

    bill_id = post(scene)

    request = scene.requests.submitted(REQUEST)
    assert bill_id is not None
    bill = scene.register.bills.find(bill_id)
    assert bill is not None
    assert scene.transaction.results == [bill_id]
    assert (request.state, request.bill_id) == (RequestState.BILLED, bill_id)
    (event,) = scene.requests.timeline(REQUEST)
    assert event.data["total_halalas"] == bill.total
    (period,) = scene.register.accounts.periods(OWNER)
    assert (period.source.reference, bill.period_id) == (request.reference, period.id)


def test_posting_again_answers_with_the_same_bill_and_writes_nothing(scene: Scene) -> None:
    scene.holds(decided())

    assert post(scene) == post(scene)
    assert len(scene.transaction.results) == 1


def test_what_nobody_approved_is_not_posted(scene: Scene) -> None:
    scene.holds(submitted().after)

    with pytest.raises(NotApproved):
        post(scene)

    assert scene.register.accounts.periods(OWNER) == ()


def test_the_ledger_has_every_branch_of_every_month_and_adds_up_to_the_assessment(scene: Scene) -> None:
    assessment = assessed(scene)

    rows = ledger_rows(assessment)

    assert {str(row.month) for row in rows} == {"2025-01", "2025-02", "2025-03"}
    assert sum(row.worker + row.employer for row in rows) == assessment.contributions
    assert len({(row.month, row.branch) for row in rows}) == len(rows)


def test_an_entry_by_month_is_both_sides_of_its_branches(scene: Scene) -> None:
    scene.holds(decided())
    post(scene)
    (period,) = scene.register.accounts.periods(OWNER)

    sums = by_month(standing_entry(scene.register.accounts.entries(OWNER, SOCIAL), period_id=period.id))

    assessment = assessed_before_posting()
    assert sums == {row.month: (row.employee, row.employer) for row in assessment.rows}


def assessed_before_posting() -> Assessment:
    return assessed(Scene())


def billed_beyond(before: Mapping[Month, tuple[int, int]]) -> Any:
    assessment = assessed_before_posting()
    period = period_of(decided(), assessment, at="2026-11-22T09:00:00.000Z")
    return bill_of(decided(), assessment, period=period, before=before, calculator=bill_calculator())


def test_only_what_is_due_beyond_what_was_billed_is_billed() -> None:
    rows = assessed_before_posting().rows
    first = rows[0]

    bill = billed_beyond(
        {first.month: (first.employee, first.employer - 1), rows[1].month: (10**9, rows[1].employer - 2)}
    )

    assert [(row.month, row.worker, row.employer) for row in bill.rows] == [
        (first.month, 0, 1),
        (rows[1].month, 0, 2),
        (rows[2].month, rows[2].employee, rows[2].employer),
    ]


def test_nothing_beyond_what_was_billed_is_no_bill() -> None:
    everything = {row.month: (row.employee, row.employer) for row in assessed_before_posting().rows}

    assert billed_beyond(everything) is None
