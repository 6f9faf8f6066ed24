"""A query is what the document declares, on every operation, and nothing else is accepted (H56 and more)."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.client import eventually
from local.demo.acts import submit_request
from tests.flows.world import World, period
from tests.hostile.effects import no_effect
from tests.hostile.wire import Told, address_of, every_operation, headers_for, send, somebody_for

DOCUMENT = json.loads(
    (Path(__file__).parents[2] / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8")
)
NAMES = sorted(every_operation())
DECLARED = {
    operation["operationId"]: {
        parameter["name"]: parameter["schema"]
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
}
PARAMETERS = [(name, parameter) for name in NAMES for parameter in DECLARED[name]]


def asked(world: World, name: str, query: str) -> Told:
    """The operation, asked with that query by somebody who may ask for it."""
    operation = every_operation()[name]
    somebody = somebody_for(world, operation)
    return send(
        world,
        operation.method,
        f"{address_of(operation)}?{query}",
        by=somebody,
        headers=headers_for(operation),
    )


def schema_of(name: str, parameter: str) -> dict[str, Any]:
    """The schema of a parameter, its reference followed."""
    schema: dict[str, Any] = DECLARED[name][parameter]
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] | schema
    return schema


def inside(schema: dict[str, Any]) -> Iterator[str]:
    """Values the schema allows, at its edges."""
    if schema["type"] == "integer":
        yield from (str(schema["minimum"]), str(schema["maximum"]), str(schema["default"]))
    yield from schema.get("enum", ())
    if schema.get("format") == "date":
        yield from ("2026-02-28", "1999-12-31")


def outside(schema: dict[str, Any]) -> Iterator[str]:
    """Values it does not, and what some readers of numbers, days and names take for one that it does."""
    if "maxLength" in schema:  # text that somebody types: what is none, or hides something, is none
        yield from ("", "%00", "%ff", "%zz", "%0a", "%E2%80%8B", "%E2%80%AE", "a" * (schema["maxLength"] + 1))
        return
    yield from (
        "",
        "%00",
        "%ff",
        "%zz",
        "%0a",
        "%22%22",
        "[]",
        "%F0%9D%9F%99",
        "a%20b",
        "..%2F",
    )
    if schema["type"] == "integer":
        yield from (str(schema["minimum"] - 1), str(schema["maximum"] + 1), "0000509999", "0" * 5_000 + "1")
        yield from (
            "050",
            "+5",
            "-5",
            "5.0",
            "5e0",
            "0x5",
            "1_0",
            "%D9%A5",
            "%C2%B2",
            "5%0a",
            "%205",
            "5%00",
            "9" * 400,
        )
    for value in schema.get("enum", ()):
        yield from (value.swapcase(), f"{value}%0a", f"{value},{value}", f"%20{value}", f"{value}%00")
    if schema.get("format") == "date":
        yield from (
            "2026-02-30",
            "2026-2-3",
            "20260203",
            "2026-02-03T00:00:00",
            "0",
            "1770076800",
            "9999-12-31",
        )
        yield from ("%D9%A2%D9%A0%D9%A2%D9%A6-01-01", "2026-02-03%0a", "-2026-02-03", "2026-W06-2")
    if "pattern" in schema:
        yield from ("A" * 1_001, "AA==", "A%2FB", "A%2BB", "%D8%A3", "AA%0a")


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_nobody_declared_is_refused(served: World, name: str) -> None:
    with no_effect(served):
        unknown = asked(served, name, "debug=1")
        another_case = asked(served, name, "LIMIT=5")
        undecodable = asked(served, name, "%ff=1")

    assert (unknown.status, unknown.pointers) == (422, {"/debug": "unknown_field"})
    assert (another_case.status, another_case.pointers) == (422, {"/LIMIT": "unknown_field"})
    assert (undecodable.status, undecodable.code) == (422, "fields_not_accepted")


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_what_is_declared_is_accepted_and_nothing_else(served: World, name: str, parameter: str) -> None:
    schema = schema_of(name, parameter)

    for value in inside(schema):
        answer = asked(served, name, f"{parameter}={value}")
        assert answer.status < 500
        assert answer.status == 200 or answer.code != "fields_not_accepted", (value, answer)
    for value in outside(schema):
        answer = asked(served, name, f"{parameter}={value}")
        assert (answer.status, answer.code, set(answer.pointers)) == (
            422,
            "fields_not_accepted",
            {f"/{parameter}"},
        ), (value, answer)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_a_parameter_that_comes_twice_is_refused_even_with_one_value(
    served: World, name: str, parameter: str
) -> None:
    value = next(itertools.chain(inside(schema_of(name, parameter)), ["AAAA"]))

    for second in (value, "", "other"):
        answer = asked(served, name, f"{parameter}={value}&{parameter}={second}")
        assert (answer.status, answer.pointers) == (422, {f"/{parameter}": "parameter_repeated"})


def test_every_query_is_declared_with_its_bounds_and_its_default() -> None:
    assert len(PARAMETERS) >= 15
    for name, parameter in PARAMETERS:
        schema = schema_of(name, parameter)
        bounded = {"minimum", "maximum", "default"} <= schema.keys()
        assert bounded or schema.keys() & {"enum", "pattern", "format", "maxLength"}, (name, parameter)
    assert schema_of("read_queue", "limit") == {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 50,
    }


def test_a_cursor_that_was_touched_or_is_of_another_list_is_refused(served: World) -> None:
    """H56: a cursor is bound to its list, which names the caller where the list is the caller's own."""
    for _ in range(2):
        waiting = submit_request(served.somebody(), "SOCIAL_INSURANCE", period())
    noura, reem = served.holding_a_token("noura"), served.holding_a_token("reem")
    eventually(
        lambda: noura.ask("GET", f"/v1/employer/claims/{waiting}").status == 200 or None, "claims to wait"
    )
    cursor = noura.ask("GET", "/v1/employer/claims?limit=1").expect(200).body["next"]
    assert noura.ask("GET", f"/v1/employer/claims?after={cursor}").expect(200).body["claims"]

    touched = f"{cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}"
    for person, path in (
        (noura, f"/v1/employer/claims?after={touched}"),
        (noura, f"/v1/employer/bills?after={cursor}"),
        (reem, f"/v1/employer/claims?after={cursor}"),
    ):
        answer = person.ask("GET", path).expect(422, "field_not_accepted")
        assert [error["pointer"] for error in answer.body["errors"]] == ["/after"]
