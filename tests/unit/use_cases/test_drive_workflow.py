"""Driving the workflow: which event starts a run, which one answers a wait, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event, PublishedEvent, next_event
from ishtirak.kernel.clock import to_rfc3339, today
from ishtirak.requests import waits
from ishtirak.requests.model import Party
from ishtirak.requests.policy import policy_on
from ishtirak.use_cases.drive_workflow import DriveOutcome, TokenNotThere, drive_workflow
from ishtirak.use_cases.publish_events import publish_events
from tests.fakes.requests import NOW, REQUEST, TOKEN, asked, submitted
from tests.unit.use_cases.scene import Scene


@dataclass
class InMemoryRuns:
    """The `WorkflowRuns` port on dictionaries; `over` are the tokens that are answered already."""

    started: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    over: set[str] = field(default_factory=set)

    def start(self, name: str, *, given: Mapping[str, Any]) -> bool:
        is_new = name not in self.started
        self.started.setdefault(name, given)
        return is_new

    def answer(self, token: str, output: Mapping[str, Any]) -> bool:
        if token in self.over:
            return False
        self.answers.append((token, output))
        self.over.add(token)
        return True


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


def test_a_run_is_named_after_its_request_and_later_ones_by_number(scene: Scene) -> None:
    runs = InMemoryRuns()

    done = [
        drive(scene, runs, "RequestSubmitted"),
        drive(scene, runs, "RequestSubmitted"),
        drive(scene, runs, "RequestResumed", run=2, step="REVIEW"),
    ]

    assert done == [DriveOutcome.STARTED, DriveOutcome.ALREADY_STARTED, DriveOutcome.STARTED]
    assert runs.started == {REQUEST: {"request_id": REQUEST}, f"{REQUEST}-2": {"request_id": REQUEST}}


def test_a_reply_answers_its_wait_by_token_once(scene: Scene) -> None:
    waiting = asked(submitted().after, Party.EMPLOYER, wait_id="wait-1")
    scene.holds(waiting.after, token=TOKEN)
    runs = InMemoryRuns()

    done = [drive(scene, runs, "EmployerReplied", wait_id="wait-1", outcome="CONFIRMED") for _ in range(2)]

    assert done == [DriveOutcome.ANSWERED, DriveOutcome.ALREADY_OVER]
    [(token, answer)] = runs.answers
    assert (token, answer["outcome"]) == (TOKEN, "CONFIRMED")


def test_an_answer_says_until_when_the_next_wait_lasts(scene: Scene) -> None:
    waiting = asked(submitted().after, Party.EMPLOYER, wait_id="wait-1")
    scene.holds(waiting.after, token=TOKEN)
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

    assert drive(scene, runs, "RequestWithdrawn") is DriveOutcome.NOTHING_WAITS
    assert (runs.started, runs.answers) == ({}, [])


def test_a_wait_whose_token_is_not_there_yet_is_asked_for_again(scene: Scene) -> None:
    with pytest.raises(TokenNotThere):
        drive(scene, InMemoryRuns(), "EmployerReplied", wait_id="wait-1", outcome="CONFIRMED")


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
