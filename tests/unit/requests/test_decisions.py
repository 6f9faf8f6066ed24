"""A submitted request: asked, answered, left unanswered, withdrawn, billed - in every order these can meet."""

from datetime import timedelta

import pytest

from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.interest import OwnInterest
from ishtirak.requests import refusals, rules, waits
from ishtirak.requests.model import CLOSED, Party, RequestState, WaitOutcome, read_request
from tests.fakes.request_states import EVERY_STATE, judged, resubmitted, silent
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    NOW,
    OFFICER,
    SUPERVISOR,
    TOKEN,
    asked,
    claimed,
    decided,
    policy,
    replied,
    returned,
    second_review,
    submitted,
    under_review,
    with_employer,
)

LATER = NOW + timedelta(days=1)


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
    with pytest.raises(OwnInterest):
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
    again = resubmitted(returned())
    silent_employer = silent(asked(again, Party.EMPLOYER).after, Party.EMPLOYER)

    overdue = silent(asked(silent_employer, Party.OFFICER).after, Party.OFFICER)

    assert waits.outcome_of(overdue, Party.OFFICER) is WaitOutcome.OVERDUE


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

    assert read_request(request.model_dump_json()) == request
