"""Submitting over HTTP, each function a process: killed around each of its AWS calls, or asked twice at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests as http

from local.client import Answer, Person
from tests.faults.lives import code_for
from tests.flows import evidence
from tests.flows.drafts import a_ready_draft
from tests.flows.world import World, period, running

ROUNDS = 20
PEOPLE = 40 + 2 * ROUNDS
"""One for each kill, and for each double click."""


@pytest.fixture(scope="module")
def served(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same system served over HTTP, each function a process that can be killed."""
    logs = tmp_path_factory.mktemp("logs")
    with running(assembly, lambdas="process", size=PEOPLE, logs=logs) as world:
        yield world


def test_a_killed_process_neither_loses_nor_doubles_a_submission(
    served: World, report: Callable[[str], None]
) -> None:
    _submitted_over_http(
        served, kill=None
    )  # a process that has read its secrets makes the same calls each time
    calls = _submitted_over_http(served, kill=None)
    assert calls

    for number in range(1, len(calls) + 1):
        for when in ("before", "after"):
            _submitted_over_http(served, kill={"function": "submit_request", "call": number, "when": when})

    served.quiet()
    report(f"submit_request over HTTP: {len(calls)} calls ({', '.join(calls)}), {2 * len(calls)} kills")
    assert set(evidence.executions(served).values()) == {"RUNNING"}
    assert len(evidence.executions(served)) == 2 + 2 * len(calls)
    assert evidence.broken_chains(served) == []
    assert evidence.dead_letters(served) == []


def _submitted_over_http(world: World, *, kill: dict[str, Any] | None) -> list[str]:
    """Submit as a client would, again after a fault; the AWS calls of the try that made most."""
    person, earlier = world.somebody(), len(world.cloud.call_log.invocations())
    request_id = a_ready_draft(world.cloud.outputs, world.who(person.username).person_id, period()).id
    challenge, code = person.ask_for_code(request_id)
    if kill is not None:
        http.post(f"{world.cloud.url}/_local/faults", json=kill, timeout=10).raise_for_status()
    statuses, body = _until_answered(person, request_id, challenge, code)

    again = person.submit(request_id, challenge, code, key=request_id)
    assert statuses == ([201] if kill is None else [502, 201]), (kill, statuses)
    assert (again.status, again.body) == (201, body)
    assert evidence.events_of(world, request_id).count("RequestSubmitted") == 1
    return _calls_of_the_submission(world, since=earlier)


def _until_answered(person: Person, request_id: str, challenge: str, code: str) -> tuple[list[int], Any]:
    statuses = []
    for _ in range(5):
        answer = person.submit(request_id, challenge, code, key=request_id)
        statuses.append(answer.status)
        if answer.status < 500:
            return statuses, answer.body
    raise AssertionError(f"never answered: {statuses}")


def _calls_of_the_submission(world: World, *, since: int) -> list[str]:
    name = world.cloud.functions.resolve("submit_request").name
    made = [one["calls"] for one in world.cloud.call_log.invocations()[since:] if one["function"] == name]
    return max(made, key=len)


def _clicked_twice(world: World, *, keys: tuple[str, str]) -> tuple[str, list[Answer]]:
    """Two submissions of one request at the same moment, from two windows; the request and both answers."""
    person = world.somebody()
    owner = world.who(person.username).person_id
    request = a_ready_draft(world.cloud.outputs, owner, period())
    challenge, code = code_for(world.cloud.outputs, request)
    start = threading.Barrier(2)

    def click(key: str) -> Answer:
        window = world.holding_a_token(person.username)
        start.wait()
        return window.submit(request.id, challenge.id, code, key=f"{request.id} {key}".replace(" ", ":"))

    with ThreadPoolExecutor(2) as windows:
        return request.id, list(windows.map(click, keys))


def test_a_double_click_is_one_submission_with_one_answer(served: World) -> None:
    for _ in range(ROUNDS):
        request_id, answers = _clicked_twice(served, keys=("same", "same"))

        done = [answer.body for answer in answers if answer.status == 201]
        other = [answer.body["code"] for answer in answers if answer.status != 201]
        assert done
        assert done == [done[0]] * len(done)
        assert set(other) <= {"in_flight"}
        assert evidence.events_of(served, request_id).count("RequestSubmitted") == 1


def test_two_windows_submit_once_and_the_other_is_told(served: World) -> None:
    for _ in range(ROUNDS):
        request_id, answers = _clicked_twice(served, keys=("one", "other"))

        refused = [answer.body["code"] for answer in answers if answer.status != 201]
        assert len(refused) == 1
        assert set(refused) <= {"already_submitted", "changed_meanwhile", "code_not_accepted"}
        assert evidence.events_of(served, request_id).count("RequestSubmitted") == 1
