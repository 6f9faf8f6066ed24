"""Somebody makes the system send texts: an hour holds so many and no more, codes first, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.kernel.dated import Entry, Table
from ishtirak.messages import budget
from ishtirak.messages.budget import SmsBudget
from local.client import Answer, Person
from tests.flows.drafts import a_ready_draft
from tests.flows.people import one_of_the_crowd
from tests.flows.world import World, period, running

AN_HOUR, FOR_CODES = 20, 12
_hours = iter(range(1, 1000, 10))


@pytest.fixture(scope="module")
def world(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """With a crowd large enough for a flood."""
    with running(assembly, lambdas="inline", size=220, logs=tmp_path_factory.mktemp("logs")) as everything:
        yield everything


@pytest.fixture(autouse=True)
def small_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty texts an hour, twelve of them for codes alone."""
    entry = Entry(
        in_force_from=date(2024, 7, 3),
        value=SmsBudget(an_hour=AN_HOUR, kept_for_codes=FOR_CODES),
        source="a test",
    )
    table = Table[SmsBudget](name="sms_budget", title="A small one", entries=(entry,))
    monkeypatch.setattr(budget, "budgets", lambda: table)


@contextmanager
def an_hour_of_its_own() -> Iterator[time_machine.Traveller]:
    """The first minutes of an hour in which no text was sent yet."""
    begun = datetime.now(UTC).replace(minute=1, second=0) + timedelta(hours=next(_hours))
    with time_machine.travel(begun, tick=True) as clock:
        yield clock


def asks_for_a_code(world: World, person: Person) -> str:
    """The path where its dispatch is read."""
    owner = world.who(person.username).person_id
    path = f"/v1/requests/{a_ready_draft(world.cloud.outputs, owner, period()).id}/code"
    challenge = person.ask("POST", path).expect(202).body["challenge_id"]
    return f"{path}/{challenge}"


def texts_since(world: World, count: int) -> int:
    return len(world.simulators.outbox.messages()) - count


def counted(world: World) -> int:
    """The texts of this hour, by the counters."""
    table = SmsBudgetTable(world.cloud.outputs["AccessTable"])
    return table.use(budget.hour_of(datetime.now(UTC))).texts


def test_sixty_people_in_one_hour_get_no_more_texts_than_the_budget_has(world: World) -> None:
    with an_hour_of_its_own():
        before = len(world.simulators.outbox.messages())
        people = [world.somebody() for _ in range(60)]

        paths = [asks_for_a_code(world, person) for person in people]
        world.quiet()

        shown = [person.ask("GET", path).expect(200).body for person, path in zip(people, paths, strict=True)]
        states = [one["dispatch"] for one in shown]
        assert texts_since(world, before) == counted(world) == AN_HOUR
        assert sorted(states) == ["NOT_SENT"] * 40 + ["SENT"] * AN_HOUR
        begins = budget.next_hour(datetime.now(UTC))
        again = {one["try_again_at"] for one in shown if one["dispatch"] == "NOT_SENT"}
        assert [datetime.fromisoformat(one) for one in again] == [begins]


def test_a_code_asked_for_in_the_next_hour_is_sent(world: World) -> None:
    with an_hour_of_its_own() as clock:
        for person in [world.somebody() for _ in range(AN_HOUR)]:
            asks_for_a_code(world, person)
        world.quiet()
        held = world.somebody()
        path = asks_for_a_code(world, held)
        world.quiet()
        first = held.ask("GET", path).expect(200).body
        clock.move_to(datetime.fromisoformat(first["try_again_at"]))
        held = world.holding_a_token(held.username)

        again = asks_for_a_code(world, held)
        world.quiet()

        assert first["dispatch"] == "NOT_SENT"
        assert held.ask("GET", again).expect(200).body["dispatch"] == "SENT"


def test_notices_leave_what_is_kept_for_codes_and_follow_in_the_next_hours(world: World) -> None:
    with an_hour_of_its_own() as clock:
        before = len(world.simulators.outbox.messages())
        people = [world.somebody() for _ in range(AN_HOUR - FOR_CODES + 1)]
        for person in people:
            withdrawn_twice(world, person)
        world.quiet()
        first_hour = texts_since(world, before)
        code = world.somebody()
        sent = code.ask("GET", settled(world, asks_for_a_code(world, code))).expect(200).body["dispatch"]
        dead = world.cloud.dead_letters()

        for _ in range(3):
            clock.shift(3600)
            world.cloud.redeliver_soon()
            world.quiet()

        assert first_hour == AN_HOUR - FOR_CODES
        assert sent == "SENT"
        assert texts_since(world, before) == 2 * len(people) + 1
        assert world.cloud.dead_letters() == dead


def withdrawn_twice(world: World, person: Person) -> None:
    """Two requests taken back: a notice each."""
    owner = world.who(person.username).person_id
    for _ in range(2):
        request_id = a_ready_draft(world.cloud.outputs, owner, period()).id
        person.ask("POST", f"/v1/requests/{request_id}/withdrawal").expect(200)


def settled(world: World, path: str) -> str:
    world.quiet()
    return path


def test_a_code_tried_again_after_a_death_is_counted_once(world: World) -> None:
    with an_hour_of_its_own():
        asks_for_a_code(world, world.somebody())  # what a new process reads once is read by now
        world.quiet()
        person = world.somebody()
        world.cloud.arm("send_otp", call=7, when="after")
        path = asks_for_a_code(world, person)
        world.quiet()
        charged = (counted(world), person.ask("GET", path).expect(200).body["dispatch"], person.phone())

        world.cloud.redeliver_soon()
        world.quiet()

        assert charged == (2, "PENDING", [])
        assert person.ask("GET", path).expect(200).body["dispatch"] == "SENT"
        assert counted(world) == 2


def test_who_signs_in_is_told_the_same_as_everybody_when_texts_are_used_up(world: World) -> None:
    with an_hour_of_its_own():
        for person in [world.somebody() for _ in range(AN_HOUR)]:
            asks_for_a_code(world, person)
        world.quiet()
        person = world.person(one_of_the_crowd(219))

        right = signs_in(person, person.password)
        wrong = signs_in(world.person(one_of_the_crowd(218)), "not the password")
        unknown = signs_in(person, person.password, username="nobody at all")
        world.quiet()

        begins = budget.next_hour(datetime.now(UTC))
        assert person.phone() == []
        assert {tuple(answer.headers) for answer in (right, wrong, unknown)} == {tuple(right.headers)}
        for answer in (right, wrong, unknown):
            assert datetime.fromisoformat(answer.body["texts_from"]) == begins


def test_who_signs_in_otherwise_is_told_of_no_wait(world: World) -> None:
    with an_hour_of_its_own():
        person = world.person(one_of_the_crowd(217))

        assert signs_in(person, person.password).body["texts_from"] is None


def signs_in(person: Person, password: str, *, username: str | None = None) -> Answer:
    body = {"username": username or person.username, "password": password}
    return person.ask("POST", "/v1/sign-in", body).expect(202)


def test_the_figure_an_alarm_looks_at_rises_to_a_hundred(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with an_hour_of_its_own():
        for person in [world.somebody() for _ in range(AN_HOUR + 1)]:
            asks_for_a_code(world, person)
        world.quiet()

    written = [line for line in capsys.readouterr().out.splitlines() if "SmsBudgetUsed" in line]
    assert any('"SmsBudgetUsed":[80.0]' in line for line in written)
    assert '"SmsBudgetUsed":[100.0]' in written[-1]
    assert '"service":"send_otp"' in written[-1]
