"""The steps of the workflow without the workflow: a task is assigned, a timeout recorded, eligibility checked."""

from datetime import UTC, datetime, timedelta

import pytest

from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.ids import stable_id
from ishtirak.requests.model import Party, RequestState, WaitOutcome
from ishtirak.requests.refusals import RequestClosed
from ishtirak.use_cases.assign_task import assign_task
from ishtirak.use_cases.check_eligibility import Eligibility, check_eligibility
from ishtirak.use_cases.record_timeout_or_failure import record_timeout_or_failure
from tests.fakes.requests import REQUEST, decided, declared, replied, submitted, under_review, with_employer
from tests.unit.use_cases.scene import Scene

UNTIL = datetime(2026, 12, 6, 20, 59, 59, tzinfo=UTC)


def assign(scene: Scene, token: str = "token", party: Party = Party.EMPLOYER) -> bool:
    return assign_task(REQUEST, party=party, until=UNTIL, token=token, **scene.writing)


def test_a_task_is_assigned_with_its_token_and_its_deadline(scene: Scene) -> None:
    scene.holds(submitted().after)

    assert assign(scene) is True

    wait = scene.requests.submitted(REQUEST).wait
    assert wait is not None
    assert wait.until == to_rfc3339(UNTIL)
    assert scene.requests.wait_token(REQUEST, stable_id("wait", "token")) == "token"
    assert scene.transaction.results == [True]


def test_the_same_token_assigns_nothing_twice(scene: Scene) -> None:
    scene.holds(submitted().after)

    assert [assign(scene), assign(scene)] == [True, False]
    assert scene.happened(REQUEST) == ["EmployerAsked"]


def test_what_was_answered_is_assigned_to_nobody(scene: Scene) -> None:
    scene.holds(decided())

    with pytest.raises(RequestClosed):
        assign(scene, party=Party.OFFICER)


def test_a_draft_is_no_request_to_the_workflow(scene: Scene) -> None:
    scene.holds(declared().after)

    with pytest.raises(NotFound):
        assign(scene)
    with pytest.raises(NotFound):
        record_timeout_or_failure(REQUEST, failure="Error", **scene.writing)
    with pytest.raises(NotFound):
        check_eligibility(REQUEST, transaction=scene.transaction, **scene.assessing)


def test_a_timeout_is_recorded_once_and_told_as_often_as_it_is_asked(scene: Scene) -> None:
    scene.holds(with_employer())

    ended = [record_timeout_or_failure(REQUEST, party=Party.EMPLOYER, **scene.writing) for _ in range(2)]

    assert [one.outcome for one in ended] == [WaitOutcome.NO_REPLY] * 2
    assert scene.transaction.results == ended[:1]
    assert scene.happened(REQUEST) == ["EmployerStayedSilent"]


@pytest.mark.parametrize(("failure", "recorded"), [("Lambda.Unknown", "Lambda.Unknown"), (None, "unknown")])
def test_a_failure_needs_attention_under_its_name(scene: Scene, failure: str | None, recorded: str) -> None:
    scene.holds(under_review())

    ended = record_timeout_or_failure(REQUEST, failure=failure, **scene.writing)

    request = scene.requests.submitted(REQUEST)
    assert ended.outcome is WaitOutcome.NEEDS_ATTENTION
    assert (request.state, request.failure) == (RequestState.NEEDS_ATTENTION, recorded)


def check(scene: Scene) -> Eligibility:
    return check_eligibility(REQUEST, transaction=scene.transaction, **scene.assessing).outcome


def test_each_party_is_allowed_until_the_end_of_its_last_day(scene: Scene) -> None:
    scene.holds(submitted().after)

    allowed = check_eligibility(REQUEST, transaction=scene.transaction, **scene.assessing).waits

    assert allowed.employer.until == to_rfc3339(UNTIL)
    assert scene.clock.now() + timedelta(seconds=allowed.employer.seconds) == UNTIL
    assert allowed.contributor.seconds > allowed.officer.seconds > allowed.supervisor.seconds > 0


def test_the_next_wait_is_counted_from_the_day_it_begins(scene: Scene) -> None:
    scene.holds(with_employer())
    at_the_check = check_eligibility(REQUEST, transaction=scene.transaction, **scene.assessing).waits
    scene.clock.passes(timedelta(days=14))

    ended = record_timeout_or_failure(REQUEST, party=Party.EMPLOYER, **scene.writing)

    assert at_the_check.officer.until == "2026-12-13T20:59:59.000Z"
    assert ended.waits.officer.until == "2026-12-27T20:59:59.000Z"


def test_a_request_goes_on_where_it_stands(scene: Scene) -> None:
    scene.holds(submitted().after)
    assert check(scene) is Eligibility.ELIGIBLE

    scene.requests.kept[REQUEST] = replied()
    assert check(scene) is Eligibility.REPLIED

    scene.requests.kept[REQUEST] = decided()
    assert check(scene) is Eligibility.APPROVED
    assert scene.transaction.results == []


def test_a_rule_that_objects_rejects_the_request_once(scene: Scene) -> None:
    scene.holds(submitted().after)
    scene.records()

    assert [check(scene), check(scene)] == [Eligibility.REJECTED] * 2
    assert scene.requests.submitted(REQUEST).failure == "overlaps_recorded_period"
    assert scene.happened(REQUEST) == ["RequestRejected"]
