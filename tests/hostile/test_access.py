"""Every cell of the authorisation table, on the whole system: who is let in, who is told nothing, and who sees what."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final

import pytest
from pydantic import BaseModel

from ishtirak.edge.groups import marks_of
from ishtirak.edge.http.access import BY_CONSTRUCTION
from local.client import Answer
from tests.flows.world import World
from tests.hostile.cells import (
    ABSENT_THING,
    CALLERS,
    DENIED,
    HIDDEN,
    INTERESTED,
    LET_IN,
    NOBODY,
    NOT_BY_AGENCY,
    TIES,
    UNSIGNED,
    WRITTEN,
    Cell,
    cells,
)
from tests.hostile.effects import no_effect
from tests.hostile.test_parties import DECIDING
from tests.hostile.things import Things, body_of
from tests.hostile.wire import ABSENT, every_operation

CELLS: Final = tuple(cells())
LEAST: Final = 750
OF_EACH_CALL: Final = frozenset({"Date", "x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id"})
CHANGING: Final = sorted(
    name for name, each in every_operation().items() if each.method != "GET" and not each.reads_bytes
)
MOST_AT_ONCE: Final = 100
REFUSED: Final = {UNSIGNED, DENIED, HIDDEN}


@dataclass
class Asked:
    """What came of every cell, and of the same call about something that does not exist."""

    things: Things
    answers: dict[Cell, Answer]
    absent: dict[tuple[str, str], Answer]


@pytest.fixture(scope="module")
def asked(world: World) -> Asked:
    """All cells, once. Those that are refused come first, and leave nothing behind; reading comes before changing."""
    things = Things(world)
    refused = [cell for cell in CELLS if cell.expected not in (LET_IN, NOT_BY_AGENCY)]
    let_in = sorted((cell for cell in CELLS if cell not in set(refused)), key=_harmless_first)
    for cell in CELLS:
        things.caller(about(cell), cell.relation, cell.role)
    with no_effect(world):
        absent = {
            (cell.operation, cell.role): ask(things, cell, things.absent(about(cell)))
            for cell in refused
            if cell.relation == ABSENT_THING
        }
        answers = {cell: ask(things, cell) for cell in refused}
    return Asked(things, answers | {cell: ask(things, cell) for cell in let_in}, absent)


def _harmless_first(cell: Cell) -> tuple[int, bool]:
    order = ["GET", "DELETE", "PUT", "POST"]  # a version nobody read changes nothing
    return order.index(every_operation()[cell.operation].method), cell.operation == "withdraw_request"


def about(cell: Cell) -> str:
    return str(WRITTEN[cell.operation]["about"])


def ask(
    things: Things,
    cell: Cell,
    ids: dict[str, str] | None = None,
    *,
    more: dict[str, str] | None = None,
) -> Answer:
    """The call of a cell, about the thing with these ids, with more fields in its body."""
    kind, operation = about(cell), every_operation()[cell.operation]
    if ids is None:
        missing = cell.relation == ABSENT_THING
        ids = things.absent(kind) if missing else things.ids.get(kind, [{}])[0]
    path = operation.path
    for name in operation.path_parameters:
        path = path.replace(f"<{name}>", ids.get(name, ABSENT))
    person = things.caller(kind, cell.relation, cell.role)
    etag = '"999"' if operation.versioned else None
    body = body_of(cell.operation, ids)
    return person.ask(operation.method, path, {**(body or {}), **more} if more else body, etag=etag)


def shown(answer: Answer) -> tuple[int, dict[str, str], Any]:
    """All of an answer but what names the one call."""
    body = dict(answer.body) if isinstance(answer.body, dict) else answer.body
    if isinstance(body, dict):
        body.pop("trace_id", None)
    headers = {name: value for name, value in answer.headers.items() if name not in OF_EACH_CALL}
    return answer.status, headers, json.dumps(body, ensure_ascii=False)


def came_to(answer: Answer) -> tuple[int, str]:
    code = answer.body.get("code", "") if isinstance(answer.body, dict) else ""
    return answer.status, str(code)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_a_cell_comes_to_what_the_table_says(asked: Asked, cell: Cell) -> None:
    answer = asked.answers[cell]

    if cell.expected == LET_IN:
        assert came_to(answer) not in {*REFUSED, INTERESTED}, answer.body
        assert answer.status < 500
    elif cell.expected == NOT_BY_AGENCY:
        assert answer.status == 401
        assert answer.body["code"].endswith("signature_refused")
    else:
        assert came_to(answer) == cell.expected, answer.body


def test_what_is_outside_the_scope_answers_as_what_does_not_exist(asked: Asked) -> None:
    """To the byte of body and headers, for each role and operation; a role with no part in it learns as little."""
    compared = 0
    for cell in CELLS:
        if cell.expected in (HIDDEN, DENIED, UNSIGNED) and (cell.operation, cell.role) in asked.absent:
            compared += 1
            absent = asked.absent[cell.operation, cell.role]
            assert shown(asked.answers[cell]) == shown(absent), cell

    assert compared > LEAST / 2


def test_an_answer_holds_no_field_of_a_group_that_is_not_granted(asked: Asked) -> None:
    looked_at = 0
    for cell, answer in answered(asked):
        model = every_operation()[cell.operation].gives
        for group, pointer, value in marked_values(model, answer.body):
            looked_at += 1
            assert group in cell.groups or value in (None, []), f"{cell}: {pointer} is of {group}"

    assert looked_at > 100


def test_what_is_known_of_people_stands_in_no_answer_that_may_not_hold_it(asked: Asked) -> None:
    """By the values themselves, wherever they stand: a field that nobody marked is found by this."""
    found: Counter[str] = Counter()
    for cell, answer in answered(asked):
        text = json.dumps(answer.body, ensure_ascii=False)
        for group, values in asked.things.told.items():
            if any(value in text for value in values):
                found[group] += 1
                assert group in cell.groups, f"{cell} shows {group}"

    assert found.keys() == {"officials", "notes", "identity_masked", "name"}  # nobody is shown the rest


def answered(asked: Asked) -> Iterator[tuple[Cell, Answer]]:
    """Every answer that showed something, and for readings the answers about richer things of the same kind."""
    for cell, answer in asked.answers.items():
        if 200 <= answer.status < 300:
            yield cell, answer
    for cell in CELLS:
        reading = every_operation()[cell.operation].method == "GET"
        if cell.expected == LET_IN and reading:
            for ids in asked.things.ids.get(about(cell), [])[1:]:
                again = ask(asked.things, cell, ids)
                if again.status == 200:
                    yield cell, again


def marked_values(model: type[BaseModel], value: Any, pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every value of an answer that stands in a marked field: its group, where, and what it is."""
    yield from _marked_values(marks_of(model), value, pointer)


def _marked_values(marks: Any, value: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, list):
        for each in value:
            yield from _marked_values(marks, each, f"{pointer}/-")
    elif isinstance(value, dict):
        for name, mark in marks.items():
            if name in value:
                if mark.group:
                    yield mark.group.value, f"{pointer}/{name}", value[name]
                yield from _marked_values(mark.under, value[name], f"{pointer}/{name}")


def names_in(value: Any) -> Iterator[str]:
    """The name of every field of an answer."""
    if isinstance(value, list):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from names_in(each)


@pytest.mark.parametrize("name", CHANGING)
def test_no_field_of_an_answer_can_be_set(asked: Asked, name: str) -> None:
    """Every name that is met in any answer, sent along with a body that would be accepted, is refused by its name."""
    operation = every_operation()[name]
    seen = {field for answer in asked.answers.values() for field in names_in(answer.body)}
    foreign = sorted(seen - set(operation.takes.model_fields if operation.takes else ()))
    cell = next(each for each in CELLS if each.operation == name and each.expected == LET_IN)
    assert len(foreign) > 200

    for some in batched(foreign, MOST_AT_ONCE, strict=False):
        refused = ask(asked.things, cell, more=dict.fromkeys(some, "x"))

        assert refused.status == 422, refused.body
        unknown = {error["pointer"] for error in refused.body["errors"] if error["code"] == "unknown_field"}
        assert unknown == {f"/{field}" for field in some}


def test_there_are_enough_cells_and_each_is_told(asked: Asked, report: Callable[[str], None]) -> None:
    outcomes = Counter(cell.expected for cell in CELLS)
    told = ", ".join(
        f"{outcomes[outcome]} {name}"
        for outcome, name in (
            (LET_IN, "let in"),
            (DENIED, "not for the role"),
            (HIDDEN, "as if absent"),
            (INTERESTED, "refused as a party"),
            (UNSIGNED, "not signed in"),
            (NOT_BY_AGENCY, "not signed"),
        )
    )
    report(f"authorisation: {len(CELLS)} cells over {len(every_operation())} operations: {told}")

    assert len(CELLS) == len(asked.answers) >= LEAST


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert WRITTEN.keys() == every_operation().keys()
    assert list(WRITTEN) == sorted(WRITTEN)


def test_whatever_the_table_is_about_there_is_one_of_for_the_cells(asked: Asked) -> None:
    kinds = {row["about"] for row in WRITTEN.values()} - BY_CONSTRUCTION

    assert kinds == asked.things.ids.keys() - BY_CONSTRUCTION
    for name, operation in every_operation().items():
        kind = WRITTEN[name]["about"]
        if kind in kinds:
            assert set(operation.path_parameters) <= asked.things.ids[kind][0].keys(), name


def test_what_decides_is_what_no_party_may_do() -> None:
    assert {name for name, row in WRITTEN.items() if row.get("decides")} == DECIDING.keys()


def test_callers_and_ties_are_those_of_the_system() -> None:
    from ishtirak.kernel.access import AccessRelation

    assert set(TIES) | {"none"} == set(AccessRelation)
    assert NOBODY in CALLERS
