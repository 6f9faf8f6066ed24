"""Driving the workflow: which event starts a run, which one answers a wait, and what comes back."""

from typing import Any

import pytest

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event, PublishedEvent, next_event
from ishtirak.kernel.clock import to_rfc3339, today
from ishtirak.kernel.errors import NotFound
from ishtirak.requests import waits
from ishtirak.requests.model import Party, SubmittedRequest, WaitOutcome
from ishtirak.requests.policy import policy_on
from ishtirak.use_cases.drive_workflow import DriveOutcome, TokenNotThere, drive_workflow
from ishtirak.use_cases.publish_events import publish_events
from tests.fakes.request_states import expired, failed, judged, resubmitted, silent, withdrawn
from tests.fakes.requests import (
    EMPLOYER,
    NOW,
    REQUEST,
    SUPERVISOR,
    TOKEN,
    asked,
    decided,
    declared,
    replied,
    returned,
    second_review,
    submitted,
    under_review,
    with_employer,
)
from tests.fakes.runs import InMemoryRuns
from tests.unit.use_cases.scene import Scene


def drive(scene: Scene, runs: InMemoryRuns, type: str, **data: Any) -> DriveOutcome:
    event = PublishedEvent(
        id="event",
        type=type,
        subject=f"request/{REQUEST}",
        seq=1,
        at="2026-11-22T09:00:00.000Z",
        actor="somebody",
        data=data,
    )
    return drive_workflow(event=event, requests=scene.requests, runs=runs, clock=scene.clock)


def answered_by_the_employer(scene: Scene, outcome: WaitOutcome = WaitOutcome.CONFIRMED) -> SubmittedRequest:
    """A request the employer has replied to, and nobody was asked since."""
    waiting = asked(submitted().after, Party.EMPLOYER, wait_id="wait-1")
    scene.holds(waiting.after, token=TOKEN)
    reply = waits.record_reply(waiting.after, outcome, None, by=EMPLOYER, at=NOW)
    scene.transaction.commit(scene.requests.save(reply))
    return reply.after


def test_a_run_is_named_after_its_request_and_later_ones_by_number(scene: Scene) -> None:
    runs = InMemoryRuns()
    scene.holds(submitted().after)

    done = [drive(scene, runs, "RequestSubmitted"), drive(scene, runs, "RequestSubmitted")]
    scene.requests.kept[REQUEST] = submitted().after.model_copy(update={"runs": 2})
    done.append(drive(scene, runs, "RequestResumed", run=2, step="REVIEW"))

    assert done == [DriveOutcome.STARTED, DriveOutcome.ALREADY_STARTED, DriveOutcome.STARTED]
    assert runs.started == {REQUEST: {"request_id": REQUEST}, f"{REQUEST}-2": {"request_id": REQUEST}}


@pytest.mark.parametrize("run", [2, 7, "2; drop"])
def test_a_run_the_request_does_not_have_is_not_started(scene: Scene, run: Any) -> None:
    runs = InMemoryRuns()
    scene.holds(submitted().after)

    drive(scene, runs, "RequestResumed", run=run, step="REVIEW")

    assert list(runs.started) == [REQUEST]


@pytest.mark.parametrize("type", ["RequestSubmitted", "RequestResumed"])
def test_what_somebody_is_shown_to_stand_still_waits_for_them(scene: Scene, type: str) -> None:
    runs = InMemoryRuns()
    scene.holds(failed(submitted().after))

    assert drive(scene, runs, type, run=1) is DriveOutcome.NOTHING_TO_START
    assert runs.started == {}


@pytest.mark.parametrize("type", ["RequestSubmitted", "EmployerReplied"])
def test_a_draft_has_no_run(scene: Scene, type: str) -> None:
    runs = InMemoryRuns()
    scene.holds(declared().after)

    with pytest.raises(NotFound):
        drive(scene, runs, type, wait_id="wait-1", outcome="CONFIRMED")

    assert (runs.started, runs.answers) == ({}, [])


def test_a_reply_answers_its_wait_by_token_once(scene: Scene) -> None:
    answered_by_the_employer(scene)
    runs = InMemoryRuns()

    done = [drive(scene, runs, "EmployerReplied", wait_id="wait-1", outcome="CONFIRMED") for _ in range(2)]

    assert done == [DriveOutcome.ANSWERED, DriveOutcome.ALREADY_OVER]
    [(token, answer)] = runs.answers
    assert (token, answer["outcome"]) == (TOKEN, "CONFIRMED")


@pytest.mark.parametrize(
    "type", ["EmployerReplied", "ReviewDecided", "RequestWithdrawn", "RequestResubmitted"]
)
def test_an_event_that_says_a_wait_is_over_while_it_is_not_answers_nothing(scene: Scene, type: str) -> None:
    scene.holds(asked(submitted().after, Party.EMPLOYER, wait_id="wait-1").after, token=TOKEN)
    runs = InMemoryRuns()

    assert drive(scene, runs, type, wait_id="wait-1", outcome="APPROVED") is DriveOutcome.STILL_WAITING
    assert drive(scene, runs, type, wait_id="wait-0", outcome="APPROVED") is DriveOutcome.ALREADY_OVER
    assert runs.answers == []


@pytest.mark.parametrize("said", ["CONFIRMED", "APPROVED", "NONSENSE"])
def test_how_a_wait_ended_is_what_the_request_says(scene: Scene, said: str) -> None:
    answered_by_the_employer(scene, WaitOutcome.OBJECTED)
    runs = InMemoryRuns()

    drive(scene, runs, "ReviewDecided", wait_id="wait-1", outcome=said)

    [(_, answer)] = runs.answers
    assert answer["outcome"] == "OBJECTED"


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        (replied(), WaitOutcome.CONFIRMED),
        (silent(with_employer(), Party.EMPLOYER), WaitOutcome.NO_REPLY),
        (decided(), WaitOutcome.APPROVED),
        (decided(WaitOutcome.RETURNED), WaitOutcome.RETURNED),
        (decided(WaitOutcome.REJECTED), WaitOutcome.REJECTED),
        (silent(under_review(), Party.OFFICER), WaitOutcome.OVERDUE),
        (judged(second_review(), by=SUPERVISOR).after, WaitOutcome.APPROVED),
        (judged(second_review(), WaitOutcome.RETURNED, by=SUPERVISOR).after, WaitOutcome.RETURNED),
        (resubmitted(returned()), WaitOutcome.RESUBMITTED),
        (withdrawn(), WaitOutcome.WITHDRAWN),
        (expired(), WaitOutcome.EXPIRED),
        (failed(under_review()), WaitOutcome.NEEDS_ATTENTION),
        (with_employer(), None),
        (second_review(), None),
    ],
)
def test_every_way_a_wait_ends_is_read_from_the_request(
    request_: SubmittedRequest, outcome: WaitOutcome | None
) -> None:
    assert waits.standing_outcome(request_) is outcome


def test_an_answer_says_until_when_the_next_wait_lasts(scene: Scene) -> None:
    answered_by_the_employer(scene)
    runs = InMemoryRuns()

    drive(scene, runs, "EmployerReplied", wait_id="wait-1", outcome="CONFIRMED")

    [(_, answer)] = runs.answers
    policy = policy_on(today(scene.clock))
    until = waits.deadline(Party.OFFICER, at=scene.clock.now(), policy=policy)
    assert answer["waits"]["officer"] == {
        "until": to_rfc3339(until),
        "seconds": (until - scene.clock.now()).total_seconds(),
    }


def test_an_event_that_ends_no_wait_answers_nothing(scene: Scene) -> None:
    runs = InMemoryRuns()
    scene.holds(submitted().after)

    assert drive(scene, runs, "RequestWithdrawn") is DriveOutcome.NOTHING_WAITS
    assert (runs.started, runs.answers) == ({}, [])


def test_a_wait_whose_token_is_not_there_yet_is_asked_for_again(scene: Scene) -> None:
    answered_by_the_employer(scene)

    with pytest.raises(TokenNotThere):
        drive(scene, InMemoryRuns(), "EmployerReplied", wait_id="wait-2", outcome="CONFIRMED")


def test_publishing_tells_how_much_was_taken() -> None:
    class OneAtATime:
        def publish(self, events: Any) -> int:
            return min(1, len(events))

    event: Event = next_event(
        "Step",
        source="tests",
        aggregate=Aggregate(AggregateKind.REQUEST, "1"),
        chain=Chain(),
        at=NOW,
        actor="somebody",
    )

    assert publish_events([event, event], bus=OneAtATime()) == 1
    assert publish_events([], bus=OneAtATime()) == 0
