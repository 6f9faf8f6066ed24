"""The authority's desk without HTTP: the queue in pages, a case, and what an officer does with it."""

from datetime import timedelta
from typing import Any

import pytest

from ishtirak.kernel.errors import Invalid, NotFound
from ishtirak.kernel.pages import Page
from ishtirak.requests.model import Party, RequestState, Step, SubmittedRequest, WaitOutcome
from ishtirak.reviews.desks import ReviewQueue
from ishtirak.reviews.model import ReasonCode, Verdict
from ishtirak.reviews.refusals import NotClaimed
from ishtirak.statute.refusals import RuleRefused
from ishtirak.use_cases.claim_case import claim_case, release_case
from ishtirak.use_cases.decide_case import decide_case
from ishtirak.use_cases.read_case import read_case
from ishtirak.use_cases.read_queue import QueuedCase, read_queue
from ishtirak.use_cases.resume_case import resume_case
from ishtirak.use_cases.step_up import StepUp
from tests.fakes.cursors import PlainCursors
from tests.fakes.proofs import AnyProof
from tests.fakes.request_states import failed
from tests.fakes.requests import (
    NOW,
    OFFICER,
    REQUEST,
    SUPERVISOR,
    asked,
    claimed,
    decided,
    declared,
    period_data,
    replied,
    second_review,
    under_review,
)
from tests.unit.use_cases.scene import Scene


def queue(
    scene: Scene,
    name: ReviewQueue = ReviewQueue.OFFICER,
    *,
    limit: int = 50,
    after: str | None = None,
    by: Any = OFFICER,
) -> Page[QueuedCase]:
    return read_queue(name, limit=limit, after=after, by=by, desk=scene.desk, cursors=PlainCursors())


def numbered(number: int) -> str:
    return f"11111111-1111-4111-8111-{number:012}"


def waiting(scene: Scene, count: int) -> list[str]:
    """So many requests on the officers' queue, two and two with one deadline; their ids in the queue's order."""
    ids = [numbered(number) for number in range(count)]
    for number in reversed(range(count)):
        request = replied().model_copy(update={"id": ids[number]})
        scene.holds(asked(request, Party.OFFICER, at=NOW + timedelta(hours=number // 2)).after)
    return ids


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
def test_page_after_page_is_the_queue_by_deadline(scene: Scene, limit: int) -> None:
    ids = waiting(scene, 5)
    seen: list[str] = []
    after: str | None = None

    while True:
        page = queue(scene, limit=limit, after=after)
        assert len(page.items) <= limit
        seen += [case.request.id for case in page.items]
        after = page.next
        if after is None:
            break

    assert seen == ids


def test_a_page_goes_on_behind_a_case_that_left_the_queue(scene: Scene) -> None:
    ids = waiting(scene, 3)
    first = queue(scene, limit=1)
    del scene.requests.kept[ids[0]]

    assert [case.request.id for case in queue(scene, limit=1, after=first.next).items] == [ids[1]]


def test_a_cursor_of_one_queue_is_none_of_another(scene: Scene) -> None:
    waiting(scene, 2)
    first = queue(scene, limit=1)

    with pytest.raises(Invalid):
        queue(scene, ReviewQueue.ATTENTION, after=first.next)


def test_to_an_officer_there_is_no_supervisors_queue(scene: Scene) -> None:
    with pytest.raises(NotFound):
        queue(scene, ReviewQueue.SUPERVISOR)


def test_a_supervisor_sees_every_queue_of_the_authority(scene: Scene) -> None:
    scene.holds(second_review())

    assert [case.request.id for case in queue(scene, ReviewQueue.SUPERVISOR, by=SUPERVISOR).items] == [
        REQUEST
    ]
    assert queue(scene, ReviewQueue.OFFICER, by=SUPERVISOR).items == ()
    assert queue(scene, ReviewQueue.ATTENTION, by=SUPERVISOR).items == ()


def test_a_case_is_the_request_with_what_it_comes_to_today(scene: Scene) -> None:
    request = scene.holds(under_review())

    case = read_case(REQUEST, by=OFFICER, **scene.assessing)

    assert (case.request, list(case.events)) == (request, [])
    assert case.worker is not None
    assert case.employer is not None
    assert case.assessment is not None
    assert case.assessment.total > 0


def test_a_case_a_rule_objects_to_is_shown_without_an_assessment(scene: Scene) -> None:
    scene.holds(under_review())
    scene.records()

    assert read_case(REQUEST, by=OFFICER, **scene.assessing).assessment is None


def test_a_case_whose_employer_left_the_register_is_shown_without_it(scene: Scene) -> None:
    gone = period_data(establishment="7000000009")
    scene.holds(under_review().model_copy(update={"data": gone}))

    case = read_case(REQUEST, by=OFFICER, **scene.assessing)

    assert (case.employer, case.assessment) == (None, None)


def test_a_draft_is_no_case(scene: Scene) -> None:
    scene.holds(declared().after)

    with pytest.raises(NotFound):
        read_case(REQUEST, by=OFFICER, **scene.assessing)
    with pytest.raises(NotFound):
        claim_case(REQUEST, by=OFFICER, **scene.deciding)


def test_a_case_is_claimed_and_put_back(scene: Scene) -> None:
    scene.holds(under_review())

    mine = claim_case(REQUEST, by=OFFICER, **scene.deciding)
    free = release_case(REQUEST, by=OFFICER, **scene.deciding)

    assert (mine.claimed_by, free.claimed_by) == (OFFICER.person_id, None)
    assert scene.transaction.results == [mine, free]
    assert scene.happened(REQUEST) == ["ReviewClaimed", "ReviewReleased"]


def decide(scene: Scene, verdict: Verdict, **facts: Any) -> SubmittedRequest:
    return decide_case(
        REQUEST,
        verdict=verdict,
        by=OFFICER,
        step_up=StepUp(AnyProof(), scene.clock),
        **scene.deciding,
        **scene.registered,
        **facts,
    )


@pytest.mark.parametrize(
    ("verdict", "outcome", "state"),
    [
        (Verdict.APPROVE, WaitOutcome.APPROVED, RequestState.APPROVED),
        (Verdict.RETURN, WaitOutcome.RETURNED, RequestState.UNDER_REVIEW),
        (Verdict.REJECT, WaitOutcome.REJECTED, RequestState.REJECTED),
    ],
)
def test_every_verdict_has_its_outcome(
    scene: Scene, verdict: Verdict, outcome: WaitOutcome, state: RequestState
) -> None:
    scene.holds(claimed())

    request = decide(scene, verdict, reason_code=ReasonCode.OTHER, note="سبب القرار")

    assert request.decision is not None
    assert (request.decision.outcome, request.state) == (outcome, state)
    assert (request.decision.reason_code, request.decision.note) == ("OTHER", "سبب القرار")
    assert scene.transaction.results == [request]


def test_an_approval_a_rule_objects_to_by_now_is_refused_and_a_rejection_is_not(scene: Scene) -> None:
    scene.holds(claimed())
    scene.records()

    with pytest.raises(RuleRefused):
        decide(scene, Verdict.APPROVE)

    assert decide(scene, Verdict.REJECT, reason_code=ReasonCode.DUPLICATE).state is RequestState.REJECTED


def test_whose_turn_it_is_is_asked_before_what_it_comes_to(scene: Scene) -> None:
    scene.holds(under_review())
    scene.records()

    with pytest.raises(NotClaimed):
        decide(scene, Verdict.APPROVE)


def test_a_case_that_needs_attention_is_set_going_again(scene: Scene) -> None:
    scene.holds(failed(decided()))

    request = resume_case(REQUEST, step=Step.POSTING, by=OFFICER, **scene.deciding)

    assert (request.state, request.runs) == (RequestState.APPROVED, 2)
    assert scene.happened(REQUEST) == ["RequestResumed"]
