"""A submitted request: asked, answered, left unanswered, decided, withdrawn - in every order these can meet."""

from datetime import timedelta
from typing import Any

import pytest

from ishtirak.kernel.caller import Role
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import NotFound
from ishtirak.requests import refusals, rules, waits
from ishtirak.requests.model import CLOSED, Party, Request, RequestChange, RequestState, WaitOutcome
from ishtirak.requests.policy import policy
from ishtirak.reviews import refusals as review_refusals
from ishtirak.reviews import rules as review_rules
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    NOW,
    OFFICER,
    OTHER_OFFICER,
    OTHER_SUPERVISOR,
    OWNER,
    SUPERVISOR,
    TOKEN,
    asked,
    caller,
    claimed,
    decided,
    decision,
    declared,
    drafted,
    replied,
    returned,
    second_review,
    submitted,
    under_review,
    with_employer,
)

LIMIT = policy().second_approval_above_halalas
LATER = NOW + timedelta(days=1)


def silent(request: Request, party: Party) -> Request:
    change = waits.record_timeout(request, party, at=NOW)
    assert change is not None
    return change.after


def judged(
    request: Request,
    outcome: WaitOutcome = WaitOutcome.APPROVED,
    *,
    by: Any = OFFICER,
    total: int = 0,
    **days: Any,
) -> RequestChange:
    return review_rules.decide(
        request, decision(outcome, by=by, **days), by=by, total_halalas=total, at=NOW, policy=policy()
    )


def expired() -> Request:
    return silent(returned(), Party.CONTRIBUTOR)


def billed() -> Request:
    return rules.mark_billed(decided(), None, total_halalas=0, at=NOW).after


def failed() -> Request:
    change = rules.record_failure(under_review(), "States.Timeout", at=NOW)
    assert change is not None
    return change.after


def withdrawn() -> Request:
    return rules.withdraw(submitted().after, by=CONTRIBUTOR, at=NOW).after


EVERY_STATE = {
    "draft": drafted().after,
    "declared": declared().after,
    "submitted": submitted().after,
    "with_employer": with_employer(),
    "replied": replied(),
    "under_review": under_review(),
    "claimed": claimed(),
    "second_review": second_review(),
    "returned": returned(),
    "needs_attention": failed(),
    "approved": decided(),
    "billed": billed(),
    "rejected": decided(WaitOutcome.REJECTED),
    "withdrawn": withdrawn(),
    "expired": expired(),
}


def test_the_examples_are_in_every_state_there_is() -> None:
    assert {request.state for request in EVERY_STATE.values()} == set(RequestState)


@pytest.mark.parametrize("name", EVERY_STATE)
def test_a_request_is_withdrawn_until_it_is_decided(name: str) -> None:
    request = EVERY_STATE[name]

    if request.state in CLOSED or request.state is RequestState.APPROVED:
        with pytest.raises(refusals.NothingToWithdraw):
            rules.withdraw(request, by=CONTRIBUTOR, at=NOW)
        return
    change = rules.withdraw(request, by=CONTRIBUTOR, at=NOW)

    assert (change.after.state, change.after.wait) == (RequestState.WITHDRAWN, None)
    expected = {"wait_id": request.wait.id, "outcome": "WITHDRAWN"} if request.wait else {}
    assert change.events[0].data == expected


TURNS = {
    Party.EMPLOYER: {"submitted", "with_employer", "needs_attention"},
    Party.OFFICER: {"replied", "under_review", "claimed"},
    Party.SUPERVISOR: {"second_review"},
    Party.CONTRIBUTOR: {"returned"},
}


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("name", EVERY_STATE)
def test_a_party_is_asked_in_its_turn_only(name: str, party: Party) -> None:
    request = EVERY_STATE[name]

    if name in TURNS[party]:
        assert asked(request, party, wait_id="another").after.wait is not None
        return
    with pytest.raises(refusals.RequestClosed):
        asked(request, party, wait_id="another")


def test_a_step_tried_again_with_the_same_token_changes_nothing() -> None:
    request = with_employer()
    assert request.wait is not None

    again = waits.assign(request, Party.EMPLOYER, wait_id=request.wait.id, token=TOKEN, until=LATER, at=NOW)

    assert again is None


def test_a_new_wait_for_the_same_party_replaces_the_old_and_keeps_its_claim() -> None:
    request = claimed()

    change = asked(request, Party.OFFICER, wait_id="second", at=LATER)

    assert change.after.wait is not None
    assert change.after.wait.id == "second"
    assert change.after.claimed_by == OFFICER.person_id


def test_a_step_tried_again_after_the_answer_does_not_ask_again() -> None:
    """The first try was stored, its reply was lost, the officer was quick: the approval stands."""
    approved = decided()

    with pytest.raises(refusals.RequestClosed):
        asked(approved, Party.OFFICER, wait_id="second")

    assert waits.outcome_of(approved, Party.OFFICER) is WaitOutcome.APPROVED


def test_a_supervisor_who_returned_it_is_not_asked_again() -> None:
    back = judged(second_review(), WaitOutcome.RETURNED, by=SUPERVISOR, reason_code="OTHER").after

    with pytest.raises(refusals.RequestClosed):
        asked(back, Party.SUPERVISOR, wait_id="second")

    assert waits.outcome_of(back, Party.SUPERVISOR) is WaitOutcome.RETURNED


@pytest.mark.parametrize("outcome", [WaitOutcome.CONFIRMED, WaitOutcome.OBJECTED])
def test_an_employer_confirms_or_objects(outcome: WaitOutcome) -> None:
    request = replied(outcome)

    assert request.employer_reply is not None
    assert request.employer_reply.outcome is outcome
    assert request.wait is None
    assert waits.outcome_of(request, Party.EMPLOYER) is outcome


def test_a_reply_counts_to_the_last_millisecond_and_not_after() -> None:
    request = with_employer()
    deadline = NOW + timedelta(days=10)

    in_time = waits.record_reply(request, WaitOutcome.CONFIRMED, None, by=EMPLOYER, at=deadline)
    with pytest.raises(refusals.ReplyTooLate):
        waits.record_reply(
            request, WaitOutcome.CONFIRMED, None, by=EMPLOYER, at=deadline + timedelta(milliseconds=1)
        )

    assert in_time.after.employer_reply is not None


def test_a_second_reply_is_refused() -> None:
    with pytest.raises(refusals.NotWaitingForYou):
        waits.record_reply(replied(), WaitOutcome.OBJECTED, "x", by=EMPLOYER, at=NOW)


def test_nobody_answers_for_the_employer_in_their_own_matter() -> None:
    with pytest.raises(refusals.OwnRequest):
        waits.record_reply(with_employer(), WaitOutcome.CONFIRMED, None, by=CONTRIBUTOR, at=NOW)


def test_silence_after_a_reply_records_nothing_and_the_reply_stands() -> None:
    request = replied(WaitOutcome.OBJECTED)

    assert waits.record_timeout(request, Party.EMPLOYER, at=NOW) is None
    assert waits.outcome_of(request, Party.EMPLOYER) is WaitOutcome.OBJECTED


def test_a_reply_after_the_silence_was_recorded_is_refused() -> None:
    request = silent(with_employer(), Party.EMPLOYER)

    with pytest.raises(refusals.NotWaitingForYou):
        waits.record_reply(request, WaitOutcome.CONFIRMED, None, by=EMPLOYER, at=NOW)

    assert waits.outcome_of(request, Party.EMPLOYER) is WaitOutcome.NO_REPLY


def test_silence_of_one_party_does_not_end_the_wait_for_another() -> None:
    assert waits.record_timeout(under_review(), Party.EMPLOYER, at=NOW) is None
    assert waits.record_timeout(with_employer(), Party.OFFICER, at=NOW) is None


@pytest.mark.parametrize(
    ("name", "party", "outcome", "state"),
    [
        ("with_employer", Party.EMPLOYER, WaitOutcome.NO_REPLY, RequestState.WITH_EMPLOYER),
        ("under_review", Party.OFFICER, WaitOutcome.OVERDUE, RequestState.UNDER_REVIEW),
        ("second_review", Party.SUPERVISOR, WaitOutcome.NEEDS_ATTENTION, RequestState.NEEDS_ATTENTION),
        ("returned", Party.CONTRIBUTOR, WaitOutcome.EXPIRED, RequestState.EXPIRED),
    ],
)
def test_every_silence_has_its_state(
    name: str, party: Party, outcome: WaitOutcome, state: RequestState
) -> None:
    request = silent(EVERY_STATE[name], party)

    assert (request.state, request.wait) == (state, None)
    assert waits.outcome_of(request, party) is outcome


def test_an_overdue_second_round_is_overdue_and_not_what_the_first_round_decided() -> None:
    again = rules.submit(
        rules.declare(
            returned(), policy().declaration_version, by=CONTRIBUTOR, at=NOW, policy=policy()
        ).after,
        by=CONTRIBUTOR,
        at=NOW,
    ).after
    silent_employer = silent(asked(again, Party.EMPLOYER).after, Party.EMPLOYER)

    overdue = silent(asked(silent_employer, Party.OFFICER).after, Party.OFFICER)

    assert waits.outcome_of(overdue, Party.OFFICER) is WaitOutcome.OVERDUE


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
        with pytest.raises(refusals.OwnRequest):
            review_rules.claim(request, by=themselves, at=NOW)
        with pytest.raises(refusals.OwnRequest):
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
    request = review_rules.claim(waiting, by=both, at=NOW).after

    with pytest.raises(review_refusals.SamePersonTwice):
        judged(request, by=both, total=LIMIT + 1)
    with pytest.raises(review_refusals.SamePersonTwice):
        judged(request, WaitOutcome.REJECTED, by=both)


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
    again = rules.submit(
        rules.declare(
            asked(back, Party.CONTRIBUTOR).after,
            policy().declaration_version,
            by=CONTRIBUTOR,
            at=NOW,
            policy=policy(),
        ).after,
        by=CONTRIBUTOR,
        at=NOW,
    ).after
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


@pytest.mark.parametrize("name", EVERY_STATE)
def test_only_what_is_approved_is_billed(name: str) -> None:
    if name == "approved":
        assert (
            rules.mark_billed(EVERY_STATE[name], "bill", total_halalas=1, at=NOW).after.state
            is RequestState.BILLED
        )
        return
    with pytest.raises(refusals.NotApproved):
        rules.mark_billed(EVERY_STATE[name], "bill", total_halalas=1, at=NOW)


@pytest.mark.parametrize("name", EVERY_STATE)
def test_what_is_closed_is_neither_refused_nor_failed_afterwards(name: str) -> None:
    request = EVERY_STATE[name]

    refused = rules.reject_by_rule(request, "outside_the_window", at=NOW)
    failed_now = rules.record_failure(request, "States.Timeout", at=NOW)

    closed = request.state in CLOSED
    assert (refused is None) == closed
    assert (failed_now is None) == (closed or request.state is RequestState.NEEDS_ATTENTION)


def test_a_deadline_is_the_last_second_in_the_kingdom_of_its_last_day() -> None:
    until = waits.deadline(Party.EMPLOYER, at=NOW, policy=policy()).astimezone(RIYADH)

    assert (until.hour, until.minute, until.second) == (23, 59, 59)
    assert until.date().isoformat() == "2026-12-06"  # ten working days after a Sunday


def test_completion_is_counted_in_calendar_days() -> None:
    until = waits.deadline(Party.CONTRIBUTOR, at=NOW, policy=policy())

    assert to_rfc3339(until).startswith("2026-12-22")


def test_the_window_is_counted_from_the_civil_date_in_the_kingdom() -> None:
    late = submitted().after.model_copy(update={"submitted_at": "2026-11-22T21:30:00.000Z"})

    assert rules.requested_on(late).isoformat() == "2026-11-23"


@pytest.mark.parametrize("name", EVERY_STATE)
def test_no_request_in_any_state_comes_back_from_its_store_changed(name: str) -> None:
    request = EVERY_STATE[name]

    assert Request.model_validate_json(request.model_dump_json()) == request
