"""record_timeout: a deadline passed, or a step failed for good; a reply of the last moment counts."""

from typing import Any

import pytest

from functions.record_timeout.handler import build
from functions.record_timeout.settings import Settings
from ishtirak.requests import rules
from ishtirak.requests.model import Request, RequestState, WaitOutcome
from tests.fakes.request_states import resubmitted
from tests.fakes.requests import (
    CONTRIBUTOR,
    NOW,
    REQUEST,
    decided,
    replied,
    returned,
    second_review,
    submitted,
    under_review,
    with_employer,
)
from tests.functions.access_world import World
from tests.functions.events import context, sample
from tests.functions.scene import Killed, Scene, dying


class Recording(Scene):
    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        self.step = build(Settings(requests_table=cloud.requests), clock=self.clock)

    def record(self, **event: Any) -> str:
        return str(self.step({"execution": REQUEST, "request_id": REQUEST, **event}, context())["outcome"])


@pytest.fixture
def scene(cloud: World) -> Recording:
    return Recording(cloud)


@pytest.mark.parametrize(
    ("request_", "party", "outcome", "state", "event"),
    [
        (with_employer(), "EMPLOYER", "NO_REPLY", "WITH_EMPLOYER", "EmployerStayedSilent"),
        (under_review(), "OFFICER", "OVERDUE", "UNDER_REVIEW", "ReviewOverdue"),
        (second_review(), "SUPERVISOR", "NEEDS_ATTENTION", "NEEDS_ATTENTION", "AttentionNeeded"),
        (returned(), "CONTRIBUTOR", "EXPIRED", "EXPIRED", "RequestExpired"),
    ],
    ids=["employer", "officer", "supervisor", "contributor"],
)
def test_a_silence_is_recorded_once(
    scene: Recording, request_: Request, party: str, outcome: str, state: str, event: str
) -> None:
    scene.holds(request_)

    assert [scene.record(party=party), scene.record(party=party)] == [outcome, outcome]
    assert scene.requests.get(REQUEST).state == state
    assert scene.events(REQUEST) == [event]


@pytest.mark.parametrize(
    ("request_", "party", "outcome"),
    [
        (replied(WaitOutcome.OBJECTED), "EMPLOYER", "OBJECTED"),
        (decided(), "OFFICER", "APPROVED"),
        (decided(WaitOutcome.RETURNED), "OFFICER", "RETURNED"),
        (decided(WaitOutcome.REJECTED), "OFFICER", "REJECTED"),
        (rules.withdraw(under_review(), by=CONTRIBUTOR, at=NOW).after, "OFFICER", "WITHDRAWN"),
        (resubmitted(returned()), "CONTRIBUTOR", "RESUBMITTED"),
    ],
)
def test_what_was_said_first_stands(scene: Recording, request_: Request, party: str, outcome: str) -> None:
    stored = scene.holds(request_)

    assert scene.record(party=party) == outcome
    assert scene.requests.get(REQUEST) == stored


@pytest.mark.parametrize(
    ("request_", "party"), [(with_employer(), "OFFICER"), (under_review(), "SUPERVISOR")]
)
def test_a_run_that_believes_in_another_wait_ends_where_somebody_sees_it(
    scene: Recording, request_: Request, party: str
) -> None:
    scene.holds(request_)

    assert [scene.record(party=party), scene.record(party=party)] == ["NEEDS_ATTENTION"] * 2

    request = scene.requests.get(REQUEST)
    assert (request.state, request.failure) == (RequestState.NEEDS_ATTENTION, "RunOutOfStep")
    assert scene.events(REQUEST) == ["AttentionNeeded"]


def test_the_sample_events_are_understood(scene: Recording) -> None:
    scene.holds(with_employer())

    silence = scene.step(sample("record_timeout", "employer_timeout"), context())
    failure = scene.step(sample("record_timeout", "failure"), context())

    assert (silence["outcome"], failure["outcome"]) == ("NO_REPLY", "NEEDS_ATTENTION")


def test_a_failure_is_shown_to_the_authority_with_its_name(scene: Recording) -> None:
    scene.holds(submitted().after)

    assert [scene.record(failure="Lambda.Unknown"), scene.record(failure="other")] == ["NEEDS_ATTENTION"] * 2

    request = scene.requests.get(REQUEST)
    assert (request.state, request.failure) == (RequestState.NEEDS_ATTENTION, "Lambda.Unknown")
    assert [found.id for found in scene.requests.on_desk("ATTENTION", limit=5)] == [REQUEST]
    assert scene.events(REQUEST) == ["AttentionNeeded"]


def test_a_failure_after_the_end_changes_nothing(scene: Recording) -> None:
    stored = scene.holds(rules.withdraw(submitted().after, by=CONTRIBUTOR, at=NOW).after)

    scene.record(failure="Lambda.Unknown")

    assert scene.requests.get(REQUEST) == stored


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_step_that_died_records_the_silence_once(scene: Recording, after: bool) -> None:
    scene.holds(with_employer())
    with dying(2, after=after), pytest.raises(Killed):
        scene.record(party="EMPLOYER")

    assert scene.record(party="EMPLOYER") == "NO_REPLY"
    assert scene.events(REQUEST) == ["EmployerStayedSilent"]
