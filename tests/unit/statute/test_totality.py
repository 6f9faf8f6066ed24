"""Any claim is computed, exactly and consistently, or refused by a named rule."""

from datetime import date

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ishtirak.kernel.insurance import Route
from ishtirak.statute.model import Assessment, Branch, Claim, ClaimKind
from ishtirak.statute.refusals import RuleRefused
from ishtirak.statute.rules import assess
from tests.unit.statute.claims import TABLES, amendments, claim, claims, days, mostly


def payment_days() -> st.SearchStrategy[date]:
    """Mostly a day the tables know."""
    return mostly(days("2024-06-01", "2032-01-01"), rarely=days())


def outcome(asked: Claim, *, as_of: date) -> Assessment | RuleRefused:
    """What the rules answer; anything but an assessment or a named refusal fails the test."""
    try:
        return assess(asked, tables=TABLES, as_of=as_of)
    except RuleRefused as refusal:
        return refusal


@settings(max_examples=400, deadline=None)
@given(asked=claims() | amendments(), as_of=payment_days())
def test_any_claim_is_computed_or_refused_by_a_named_rule(asked: Claim, as_of: date) -> None:
    answer = outcome(asked, as_of=as_of)

    event(answer.code if isinstance(answer, RuleRefused) else f"assessed {answer.route}")
    if isinstance(answer, RuleRefused):
        assert all((answer.code, answer.rule, answer.source, answer.field))
    else:
        check_consistency(answer, kind=asked.kind)


def check_consistency(answer: Assessment, *, kind: ClaimKind) -> None:
    """Sums add up by month, by side and by branch; nothing outside what was asked is registered."""
    rows = answer.rows
    assert answer.total == answer.contributions + answer.fines == sum(row.total + row.fine for row in rows)
    assert answer.contributions == answer.worker_share + answer.employer_share
    assert [row.month for row in rows] == list(answer.registered.months)
    assert sum(row.service_days for row in rows) == answer.registered.days
    assert answer.registered.ends_on == answer.asked.ends_on
    assert answer.registered.starts_on >= answer.asked.starts_on
    for row in rows:
        assert row.total == row.employee + row.employer
        assert row.employee == sum(share.employee for share in row.branches)
        assert row.employer == sum(share.employer for share in row.branches)
        assert row.branches
        assert min(row.total, row.fine, row.late_months) >= 0
        assert (row.fine == 0) or row.late_months > 0
    assert sum(
        days.days_between(answer.registered.starts_on, answer.registered.ends_on) for days in answer.days
    ) == (answer.registered.days)
    for row in rows if kind is ClaimKind.ADD else ():
        if row.route is Route.RETROACTIVE:
            assert {share.branch for share in row.branches} == {Branch.ANNUITIES}


@settings(max_examples=60, deadline=None)
@given(asked=claims(), as_of=payment_days())
def test_an_assessment_and_its_claim_survive_being_stored(asked: Claim, as_of: date) -> None:
    answer = outcome(asked, as_of=as_of)

    assert Claim.model_validate_json(asked.model_dump_json()) == asked
    if isinstance(answer, Assessment):
        assert Assessment.model_validate_json(answer.model_dump_json()) == answer


@settings(max_examples=60, deadline=None)
@given(as_of=days("2022-02-01", "2040-01-01"), later=st.integers(0, 2_000))
def test_only_the_fines_move_with_the_day_of_payment(as_of: date, later: int) -> None:
    asked = claim()

    sooner = assess(asked, tables=TABLES, as_of=as_of)
    after = assess(asked, tables=TABLES, as_of=date.fromordinal(as_of.toordinal() + later))

    assert sooner.contributions == after.contributions
    assert sooner.registered == after.registered
    assert all(a.fine <= b.fine for a, b in zip(sooner.rows, after.rows, strict=True))
