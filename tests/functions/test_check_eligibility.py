"""check_eligibility: may the request go on, by the rules and the register as they are now."""

from datetime import timedelta

import pytest

from functions.check_eligibility.handler import build
from functions.check_eligibility.settings import Settings
from ishtirak.kernel.errors import NotFound
from ishtirak.register.rules import post
from ishtirak.requests import rules
from ishtirak.requests.model import RequestState, Step
from tests.fakes.register import a_cause, a_period
from tests.fakes.requests import (
    CONTRIBUTOR,
    NOW,
    OFFICER,
    REQUEST,
    decided,
    period_data,
    replied,
    submitted,
)
from tests.fakes.residency import InMemoryResidency
from tests.functions.access_world import World
from tests.functions.events import context, sample
from tests.functions.scene import Scene

EVENT = sample("check_eligibility", "check")


class Checking(Scene):
    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        settings = Settings(
            requests_table=cloud.requests,
            register_table=cloud.register,
            data_key_arn=cloud.data_key,
            jawazat_secret_arn="arn:jawazat",
        )
        self.residency = InMemoryResidency()
        self.step = build(settings, clock=self.clock, residency=self.residency)

    def check(self) -> dict[str, object]:
        return self.step(EVENT, context())


@pytest.fixture
def scene(cloud: World) -> Checking:
    return Checking(cloud)


def test_what_the_rules_allow_goes_on_untouched(scene: Checking) -> None:
    request = scene.holds(submitted().after)

    answer = scene.check()

    assert answer["outcome"] == "ELIGIBLE"
    assert scene.requests.get(REQUEST) == request


def test_each_party_is_allowed_until_the_end_of_its_last_day(scene: Checking) -> None:
    scene.holds(submitted().after)

    waits = scene.check()["waits"]

    assert isinstance(waits, dict)
    ends = NOW + timedelta(seconds=waits["employer"]["seconds"])
    assert ends.isoformat() == "2026-12-06T20:59:59+00:00"
    assert waits["employer"]["until"] == "2026-12-06T20:59:59.000Z"
    assert set(waits) == {"employer", "officer", "supervisor", "contributor"}


def test_what_a_rule_refuses_is_rejected_with_the_rules_code(scene: Checking) -> None:
    scene.holds(submitted().after)
    state = scene.register.accounts.state(CONTRIBUTOR.person_id, a_period().system)
    overlapping = post(state, period=a_period(), rows=(), cause=a_cause())
    scene.register.store(overlapping, before=state)

    first, again = scene.check(), scene.check()

    assert first["outcome"] == again["outcome"] == "REJECTED"
    request = scene.requests.get(REQUEST)
    assert (request.state, request.failure) == (RequestState.REJECTED, "overlaps_recorded_period")
    assert scene.events(REQUEST) == ["RequestRejected"]


def test_an_employer_nobody_knows_any_more_is_a_rejection(scene: Checking) -> None:
    unknown = period_data(establishment="7000000009")
    scene.holds(submitted().after.model_copy(update={"data": unknown}))

    assert scene.check()["outcome"] == "REJECTED"
    assert scene.requests.get(REQUEST).failure == "establishment_unknown"


def test_what_was_rejected_stays_so_when_the_step_is_tried_again(scene: Checking) -> None:
    """The first try was stored and its reply lost; meanwhile the register changed its mind."""
    refused = rules.reject_by_rule(submitted().after, "outside_the_window", at=NOW)
    assert refused is not None
    scene.holds(refused.after)

    assert scene.check()["outcome"] == "REJECTED"


def test_what_was_withdrawn_goes_nowhere(scene: Checking) -> None:
    scene.holds(rules.withdraw(submitted().after, by=CONTRIBUTOR, at=NOW).after)

    assert scene.check()["outcome"] == "WITHDRAWN"
    assert scene.events(REQUEST) == []


def test_a_request_that_is_not_there_is_an_error_with_a_name(scene: Checking) -> None:
    with pytest.raises(NotFound):
        scene.check()


def test_an_event_of_another_form_is_refused_without_repeating_it(scene: Checking) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - whatever pydantic calls it
        scene.step({"execution": REQUEST, "request_id": REQUEST, "secret": "1000000008"}, context())

    assert "1000000008" not in str(refused.value)


def test_a_resumed_request_goes_on_from_where_it_was(scene: Checking) -> None:
    still = rules.record_failure(replied(), "UnknownError", at=NOW)
    assert still is not None
    resumed = rules.resume(still.after, Step.REVIEW, by=OFFICER, at=NOW)
    scene.holds(resumed.after)

    assert scene.check()["outcome"] == "REPLIED"


def test_a_request_resumed_at_the_posting_stays_approved(scene: Checking) -> None:
    still = rules.record_failure(decided(), "UnknownError", at=NOW)
    assert still is not None
    scene.holds(rules.resume(still.after, Step.POSTING, by=OFFICER, at=NOW).after)

    assert scene.check()["outcome"] == "APPROVED"
