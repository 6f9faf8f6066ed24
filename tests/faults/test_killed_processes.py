"""Submitting over HTTP while the function's process is killed (SIGKILL) before and after each of its AWS calls."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests as http

from local.client import Person
from tests.flows import evidence
from tests.flows.drafts import a_ready_draft
from tests.flows.world import World, period, running

PEOPLE = 40
"""One for each kill."""


@pytest.fixture(scope="module")
def served(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same system served over HTTP, each function a process that can be killed."""
    logs = tmp_path_factory.mktemp("logs")
    with running(assembly, lambdas="process", size=PEOPLE, logs=logs) as world:
        yield world


def test_a_killed_process_neither_loses_nor_doubles_a_submission(served: World) -> None:
    calls = _submitted_over_http(served, kill=None)
    assert calls

    for number in range(1, len(calls) + 1):
        for when in ("before", "after"):
            _submitted_over_http(served, kill={"function": "submit_request", "call": number, "when": when})

    served.quiet()
    print(f"\nsubmit_request over HTTP: {len(calls)} calls ({', '.join(calls)}), {2 * len(calls)} kills")
    assert set(evidence.executions(served).values()) == {"RUNNING"}
    assert len(evidence.executions(served)) == 1 + 2 * len(calls)
    assert evidence.broken_chains(served) == []
    assert evidence.dead_letters(served) == []


def _submitted_over_http(world: World, *, kill: dict[str, Any] | None) -> list[str]:
    """Submit as a client would, again after a fault; the AWS calls of the first undisturbed run."""
    person = world.somebody()
    request_id = a_ready_draft(
        world.cloud.outputs, world.who(person.username).person_id, period()
    ).id
    challenge, code = person.ask_for_code(request_id)
    if kill is not None:
        http.post(f"{world.cloud.url}/_local/faults", json=kill, timeout=10).raise_for_status()
    statuses, body = _until_answered(person, request_id, challenge, code)

    again = person.submit(request_id, challenge, code, key=request_id)
    assert statuses == ([201] if kill is None else [502, 201]), (kill, statuses)
    assert (again.status, again.body) == (201, body)
    assert evidence.events_of(world, request_id).count("RequestSubmitted") == 1
    return _calls_of_the_submission(world)


def _until_answered(person: Person, request_id: str, challenge: str, code: str) -> tuple[list[int], Any]:
    statuses = []
    for _ in range(5):
        answer = person.submit(request_id, challenge, code, key=request_id)
        statuses.append(answer.status)
        if answer.status < 500:
            return statuses, answer.body
    raise AssertionError(f"never answered: {statuses}")


def _calls_of_the_submission(world: World) -> list[str]:
    name = world.cloud.functions.resolve("submit_request").name
    made = [one["calls"] for one in world.cloud.ledger.invocations() if one["function"] == name]
    return max(made, key=len)
