"""Posting an approved request: what of an assessment becomes the period, its ledger rows and its bill."""

import pytest

from ishtirak.billing.lateness import bill_calculator
from ishtirak.kernel.clock import today
from ishtirak.kernel.insurance import System
from ishtirak.register.rows import by_month
from ishtirak.register.statement import standing_entry
from ishtirak.requests.model import RequestState
from ishtirak.requests.refusals import NotApproved
from ishtirak.statute.model import Assessment
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.billed_account import beyond
from ishtirak.use_cases.post_period import post_period
from ishtirak.use_cases.statute_facts import ledger_rows
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

    rows = ledger_rows(assessment.rows)

    assert {str(row.month) for row in rows} == {"2025-01", "2025-02", "2025-03"}
    assert sum(row.worker + row.employer for row in rows) == assessment.contributions
    assert len({(row.month, row.branch) for row in rows}) == len(rows)


def test_an_entry_by_month_is_both_sides_of_its_branches(scene: Scene) -> None:
    scene.holds(decided())
    post(scene)
    (period,) = scene.register.accounts.periods(OWNER)

    sums = by_month(standing_entry(scene.register.accounts.entries(OWNER, SOCIAL), period_id=period.id).rows)

    assessment = assessed_before_posting()
    assert sums == {row.month: (row.employee, row.employer) for row in assessment.rows}


def assessed_before_posting() -> Assessment:
    return assessed(Scene())


def test_only_what_is_due_beyond_what_was_billed_is_billed() -> None:
    assessment = assessed_before_posting()
    rows = assessment.rows

    more = beyond(
        ledger_rows(rows),
        {
            rows[0].month: (rows[0].employee, rows[0].employer - 1),
            rows[1].month: (10**9, rows[1].employer - 2),
        },
    )

    assert more == {
        rows[0].month: (0, 1),
        rows[1].month: (0, 2),
        rows[2].month: (rows[2].employee, rows[2].employer),
    }


def test_nothing_beyond_what_was_billed_is_no_bill() -> None:
    everything = {row.month: (row.employee, row.employer) for row in assessed_before_posting().rows}

    assert beyond(ledger_rows(assessed_before_posting().rows), everything) == {}
