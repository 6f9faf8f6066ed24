"""Many people at once, over real HTTP, each function in processes of its own."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import pytest

from local.client import Answer, Person, eventually
from tests.flows import evidence
from tests.flows.drafts import a_ready_draft
from tests.flows.evidence import Canaries
from tests.flows.world import World, period, running

pytestmark = pytest.mark.alone

CLIENTS = 20
EACH = 5
PATIENCE = 60.0


@dataclass(frozen=True)
class Submitted:
    """What one person got, and when."""

    request_id: str
    answer: Answer
    began: float
    ended: float


@dataclass(frozen=True)
class Rush:
    """Everybody's submissions, and how long it took from the first code asked for until all was at rest."""

    world: World
    submitted: list[Submitted]
    seconds: float


@pytest.fixture(scope="module")
def rush(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rush]:
    """Twenty clients, five submissions each: all codes by SMS first, then everybody submits at one moment."""
    logs = tmp_path_factory.mktemp("logs")
    with running(assembly, lambdas="process", size=CLIENTS * EACH, logs=logs) as world:
        people = [world.somebody() for _ in range(CLIENTS * EACH)]
        drafts = [(person, drafted(world, person)) for person in people]
        world.quiet()
        started, everybody = time.monotonic(), threading.Barrier(CLIENTS)
        with ThreadPoolExecutor(CLIENTS) as clients:
            done = list(clients.map(lambda mine: client(mine, everybody), _shares(drafts)))
        submitted = [one for share in done for one in share]
        assert world.cloud.settle(timeout=PATIENCE), "the workflows do not come to rest"
        yield Rush(world, submitted, time.monotonic() - started)


def _shares(drafts: list[tuple[Person, str]]) -> list[list[tuple[Person, str]]]:
    return [drafts[place::CLIENTS] for place in range(CLIENTS)]


def client(drafts: list[tuple[Person, str]], everybody: threading.Barrier) -> list[Submitted]:
    """Collect the codes for one's requests, wait for all the others, and submit one after another."""
    challenges = [
        person.ask("POST", f"/v1/requests/{request_id}/code").expect(202).body["challenge_id"]
        for person, request_id in drafts
    ]
    codes = [arrived(person) for person, _ in drafts]
    everybody.wait(timeout=PATIENCE)
    return [
        submit(person, request_id, challenge, code)
        for (person, request_id), challenge, code in zip(drafts, challenges, codes, strict=True)
    ]


def arrived(person: Person) -> str:
    return eventually(lambda: person.code_arrived(0), "the code", patience=PATIENCE)


def drafted(world: World, person: Person) -> str:
    """A request of the person's that lacks nothing but the code."""
    owner = world.who(person.username).person_id
    return a_ready_draft(world.cloud.outputs, owner, period()).id


def submit(person: Person, request_id: str, challenge_id: str, code: str) -> Submitted:
    started = time.monotonic()
    answer = person.submit(request_id, challenge_id, code)
    return Submitted(request_id, answer, started, time.monotonic())


def test_a_hundred_of_a_hundred_are_accepted(rush: Rush, report: Callable[[str], None]) -> None:
    statuses = Counter(one.answer.status for one in rush.submitted)
    hundredths = quantiles([one.ended - one.began for one in rush.submitted], n=100)
    burst = max(one.ended for one in rush.submitted) - min(one.began for one in rush.submitted)

    report(
        f"{CLIENTS} clients at once: {len(rush.submitted)} submissions in {burst:.1f} s, "
        f"median {hundredths[49]:.2f} s, 95 % within {hundredths[94]:.2f} s; "
        f"from the first code to all at rest {rush.seconds:.1f} s"
    )
    assert statuses == {201: CLIENTS * EACH}
    assert len({one.answer.body["reference"] for one in rush.submitted}) == CLIENTS * EACH
    assert rush.seconds < PATIENCE


def test_nobody_meets_a_fault_of_ours(rush: Rush) -> None:
    assert [status for status in rush.world.statuses if status >= 500] == []
    assert '"level":"ERROR"' not in rush.world.logged()


def test_each_is_submitted_exactly_once(rush: Rush) -> None:
    chains = evidence.chains(rush.world)

    submissions = {
        one.request_id: [event.type for event in chains[f"request/{one.request_id}"]].count(
            "RequestSubmitted"
        )
        for one in rush.submitted
    }

    assert set(submissions.values()) == {1}
    assert evidence.broken_chains(rush.world) == []


def test_every_workflow_starts_and_asks_the_employer(rush: Rush) -> None:
    standing = evidence.executions(rush.world)

    assert standing == {one.request_id: "RUNNING" for one in rush.submitted}
    assert {state_of(rush.world, one.request_id) for one in rush.submitted} == {"WITH_EMPLOYER"}
    assert evidence.dead_letters(rush.world) == []


def test_nothing_personal_is_in_the_logs_of_the_functions(rush: Rush) -> None:
    canaries = Canaries.of(rush.world)

    assert len(canaries.codes) > CLIENTS
    assert '"message":"send_code"' in rush.world.logged()
    assert canaries.in_text(rush.world.logged()) == []
    assert canaries.in_any(evidence.event_items(rush.world)) == []
    assert canaries.in_any(evidence.histories(rush.world)) == []


def state_of(world: World, request_id: str) -> str:
    from ishtirak.adapters.aws.request_table import RequestTable

    return RequestTable(world.cloud.outputs["RequestsTable"]).get(request_id).state.value
