"""The authority's review: one officer a request, two people above a sum, days within those asked for."""

from typing import Any

import pytest

from ishtirak.kernel.caller import Role
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.interest import OwnInterest
from ishtirak.requests import refusals, waits
from ishtirak.requests.model import Party, RequestState, WaitOutcome
from ishtirak.reviews import refusals as review_refusals
from ishtirak.reviews import rules as review_rules
from tests.fakes.request_states import EVERY_STATE, LIMIT, judged, resubmitted, silent
from tests.fakes.requests import (
    EMPLOYER,
    NOW,
    OFFICER,
    OTHER_OFFICER,
    OTHER_SUPERVISOR,
    OWNER,
    SUPERVISOR,
    asked,
    caller,
    claimed,
    decided,
    second_review,
    under_review,
)


def test_two_officers_do_not_work_on_one_request() -> None:
    with pytest.raises(review_refusals.ClaimedByAnother):
        review_rules.claim(claimed(), by=OTHER_OFFICER, at=NOW)
    with pytest.raises(review_refusals.NotClaimed):
        review_rules.release(claimed(), by=OTHER_OFFICER, at=NOW)
    with pytest.raises(review_refusals.NotClaimed):
        judged(claimed(), by=OTHER_OFFICER)
    with pytest.raises(review_refusals.NotClaimed):
        judged(under_review())


def test_a_released_request_can_be_claimed_by_another() -> None:
    free = review_rules.release(claimed(), by=OFFICER, at=NOW).after

    assert review_rules.claim(free, by=OTHER_OFFICER, at=NOW).after.claimed_by == OTHER_OFFICER.person_id


def test_what_waits_for_nobody_of_the_authority_is_not_decided() -> None:
    for name in (
        "submitted",
        "with_employer",
        "replied",
        "returned",
        "approved",
        "billed",
        "needs_attention",
    ):
        with pytest.raises(refusals.NotWaitingForYou):
            review_rules.claim(EVERY_STATE[name], by=OFFICER, at=NOW)


def test_nobody_decides_in_their_own_matter() -> None:
    themselves = caller(OWNER, Role.OFFICER, Role.SUPERVISOR)

    for request in (under_review(), claimed(), second_review()):
        with pytest.raises(OwnInterest):
            review_rules.claim(request, by=themselves, at=NOW)
        with pytest.raises(OwnInterest):
            judged(request, by=themselves)


def test_to_an_officer_the_supervisors_desk_does_not_exist() -> None:
    with pytest.raises(NotFound):
        review_rules.claim(second_review(), by=OFFICER, at=NOW)


@pytest.mark.parametrize(
    ("total", "outcome"), [(LIMIT, WaitOutcome.APPROVED), (LIMIT + 1, WaitOutcome.NEEDS_SECOND)]
)
def test_an_approval_above_the_limit_needs_a_second_person(total: int, outcome: WaitOutcome) -> None:
    request = judged(claimed(), total=total).after

    assert waits.outcome_of(request, Party.OFFICER) is outcome
    assert (request.state is RequestState.APPROVED) == (outcome is WaitOutcome.APPROVED)


def test_a_second_person_approves_what_the_first_approved() -> None:
    request = judged(second_review(), by=SUPERVISOR, total=LIMIT + 1).after

    assert request.state is RequestState.APPROVED
    assert [made.outcome for made in request.decisions] == [WaitOutcome.NEEDS_SECOND, WaitOutcome.APPROVED]


def test_the_second_approval_is_not_by_the_first_person() -> None:
    both = caller(OFFICER.person_id, Role.OFFICER, Role.SUPERVISOR)
    waiting = asked(decided(total_halalas=LIMIT + 1), Party.SUPERVISOR).after
    request = review_rules.claim(waiting, by=SUPERVISOR, at=NOW).after
    held = request.model_copy(update={"claimed_by": both.person_id})

    with pytest.raises(OwnInterest):
        review_rules.claim(waiting, by=both, at=NOW)
    with pytest.raises(OwnInterest):
        judged(held, by=both, total=LIMIT + 1)
    with pytest.raises(OwnInterest):
        judged(held, WaitOutcome.REJECTED, by=both)


def test_who_replied_for_the_employer_does_not_decide() -> None:
    both = caller(EMPLOYER.person_id, Role.OFFICER)

    with pytest.raises(OwnInterest):
        review_rules.claim(under_review(), by=both, at=NOW)


def test_who_claimed_it_and_became_a_party_steps_aside() -> None:
    request = claimed().model_copy(update={"owner": OFFICER.person_id})

    assert review_rules.release(request, by=OFFICER, at=NOW).after.claimed_by is None


def test_a_decision_says_at_which_desk_it_was_taken() -> None:
    request = judged(second_review(), by=SUPERVISOR, total=LIMIT + 1).after

    assert [made.desk for made in request.decisions] == [Party.OFFICER, Party.SUPERVISOR]


def test_a_second_approval_of_other_days_is_a_first_one() -> None:
    """Two people approve the same days, or it was approved by one."""
    days: dict[str, Any] = {
        "approved_from": CivilDate.parse("2025-02-01"),
        "approved_to": CivilDate.parse("2025-02-28"),
    }

    change = judged(second_review(), by=SUPERVISOR, total=LIMIT + 1, **days)

    assert waits.outcome_of(change.after, Party.SUPERVISOR) is WaitOutcome.NEEDS_SECOND
    other = review_rules.claim(asked(change.after, Party.SUPERVISOR).after, by=OTHER_SUPERVISOR, at=NOW).after
    assert judged(other, by=OTHER_SUPERVISOR, total=LIMIT + 1, **days).after.state is RequestState.APPROVED


def test_a_supervisor_alone_does_not_approve_above_the_limit_what_officers_left_lying() -> None:
    overdue = silent(under_review(), Party.OFFICER)
    mine = review_rules.claim(asked(overdue, Party.SUPERVISOR).after, by=SUPERVISOR, at=NOW).after

    change = judged(mine, by=SUPERVISOR, total=LIMIT + 1)

    assert waits.outcome_of(change.after, Party.SUPERVISOR) is WaitOutcome.NEEDS_SECOND
    assert change.after.state is RequestState.SECOND_REVIEW


def test_an_earlier_round_does_not_bar_its_supervisor_from_the_next() -> None:
    back = judged(second_review(), WaitOutcome.RETURNED, by=SUPERVISOR, reason_code="OTHER").after
    again = resubmitted(asked(back, Party.CONTRIBUTOR).after)
    answered = waits.record_reply(
        asked(again, Party.EMPLOYER).after, WaitOutcome.CONFIRMED, None, by=EMPLOYER, at=NOW
    ).after
    first = review_rules.claim(asked(answered, Party.OFFICER).after, by=OFFICER, at=NOW).after
    waiting = asked(judged(first, total=LIMIT + 1).after, Party.SUPERVISOR).after

    final = judged(review_rules.claim(waiting, by=SUPERVISOR, at=NOW).after, by=SUPERVISOR, total=LIMIT + 1)

    assert final.after.state is RequestState.APPROVED


@pytest.mark.parametrize(
    ("first", "last", "accepted"),
    [
        ("2025-01-01", "2025-03-31", True),
        ("2025-02-01", "2025-02-01", True),
        ("2024-12-31", "2025-03-31", False),
        ("2025-01-01", "2025-04-01", False),
        ("2025-03-02", "2025-03-01", False),
        (None, "2025-04-01", False),
        ("2024-12-31", None, False),
        (None, "2025-01-01", True),
    ],
)
def test_a_partial_approval_lies_within_the_days_asked_for(
    first: str | None, last: str | None, accepted: bool
) -> None:
    days: dict[str, Any] = {
        "approved_from": CivilDate.parse(first) if first else None,
        "approved_to": CivilDate.parse(last) if last else None,
    }

    if accepted:
        assert judged(claimed(), **days).after.state is RequestState.APPROVED
        return
    with pytest.raises(review_refusals.OutsideThePeriodAsked):
        judged(claimed(), **days)


def test_a_rejection_is_told_twice_to_the_log_and_once_to_the_workflow() -> None:
    change = judged(claimed(), WaitOutcome.REJECTED, reason_code="NOT_EMPLOYED")

    assert [event.type for event in change.events] == ["ReviewDecided", "RequestRejected"]
    assert ["wait_id" in event.data for event in change.events] == [True, False]
    assert change.events[1].data == {"code": "NOT_EMPLOYED"}
