"""A request that stands still is set going again by an officer, and goes on from where it was."""

import pytest

from ishtirak.kernel.caller import Role
from ishtirak.kernel.interest import OwnInterest
from ishtirak.requests import refusals, rules, waits
from ishtirak.requests.model import Party, RequestState, Step, SubmittedRequest, WaitOutcome
from tests.fakes import requests as cases
from tests.fakes.request_states import failed

OWNER_AS_OFFICER = cases.caller(cases.OWNER, Role.CONTRIBUTOR, Role.OFFICER)


def test_it_goes_back_to_review_in_a_run_of_its_own() -> None:
    still = failed(cases.with_employer())

    change = rules.resume(still, Step.REVIEW, by=cases.OFFICER, at=cases.NOW)

    assert change.after.state is RequestState.SUBMITTED
    assert (change.after.runs, change.after.failure) == (2, None)
    assert [(event.type, event.data) for event in change.events] == [
        ("RequestResumed", {"run": 2, "step": "REVIEW"})
    ]


def test_an_approved_one_goes_on_to_the_posting() -> None:
    still = failed(cases.decided())

    change = rules.resume(still, Step.POSTING, by=cases.OFFICER, at=cases.NOW)

    assert change.after.state is RequestState.APPROVED
    assert change.after.decision is not None
    assert change.after.decision.outcome is WaitOutcome.APPROVED


def test_one_that_was_never_approved_is_not_posted() -> None:
    still = failed(cases.with_employer())

    with pytest.raises(refusals.NothingToResume):
        rules.resume(still, Step.POSTING, by=cases.OFFICER, at=cases.NOW)


@pytest.mark.parametrize("request_as_it_is", [cases.with_employer(), cases.claimed(), cases.decided()])
def test_one_that_does_not_stand_still_is_not_resumed(request_as_it_is: SubmittedRequest) -> None:
    with pytest.raises(refusals.NothingToResume):
        rules.resume(request_as_it_is, Step.REVIEW, by=cases.OFFICER, at=cases.NOW)


def test_nobody_resumes_their_own() -> None:
    still = failed(cases.with_employer())

    with pytest.raises(OwnInterest):
        rules.resume(still, Step.REVIEW, by=OWNER_AS_OFFICER, at=cases.NOW)


def test_a_resumed_request_the_employer_answered_goes_to_an_officer() -> None:
    still = failed(cases.replied())

    again = rules.resume(still, Step.REVIEW, by=cases.OFFICER, at=cases.NOW).after

    assert cases.asked(again, Party.OFFICER).after.state is RequestState.UNDER_REVIEW
    with pytest.raises(refusals.RequestClosed):
        cases.asked(cases.submitted().after, Party.OFFICER)


def test_an_employer_that_was_asked_still_sees_what_stands_still() -> None:
    assert waits.employer_was_asked(failed(cases.with_employer()))
    assert not waits.employer_was_asked(failed(cases.submitted().after))
