"""Checks of a state machine before it is deployed; AWS accepts most of what this refuses.

Every target exists, every state is reachable and leads to an end, every expression parses and reads only variables
that are assigned, every wait has a timeout, a person's timeout is caught, and every failure is caught and recorded.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonata import jsonata

type Definition = Mapping[str, Any]

JSONPATH_FIELDS = frozenset(
    {"InputPath", "ItemsPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector"}
    | {"HeartbeatSecondsPath", "SecondsPath", "TimeoutSecondsPath", "TimestampPath"}
)
TERMINAL_TYPES = frozenset({"Fail", "Succeed"})
CALLBACK_SUFFIX = ".waitForTaskToken"
CALLBACK_EXPRESSION = "$states.context.Task.Token"
EXPRESSION = re.compile(r"^\{%(.*)%\}$", re.DOTALL)
#: A variable, not a function call, a context field or a string.
VARIABLE = re.compile(r"\$([A-Za-z_]\w*)(?!\w|\s*\()")
LOCAL_BINDING = re.compile(r"\$([A-Za-z_]\w*)\s*:=|function\s*\(([^)]*)\)")
STRING_LITERAL = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


@dataclass(frozen=True)
class Finding:
    """One defect, and where."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def findings(definition: Definition, *, name: str) -> list[Finding]:
    """Every defect of a definition; none means it may be deployed."""
    assigned = set(_assigned(definition))
    return list(_machine(definition, name, definition.get("QueryLanguage", "JSONPath"), assigned))


def _machine(definition: Definition, path: str, query_language: str, assigned: set[str]) -> Iterator[Finding]:
    states: Mapping[str, Any] = definition["States"]
    yield from _targets(definition, states, path)
    yield from _reachability(definition, states, path)
    yield from _failures(states, path)
    for name, state in states.items():
        state_path = f"{path}/{name}"
        language = state.get("QueryLanguage", query_language)
        yield from _exits(state, state_path)
        yield from _timeouts(state, state_path)
        if language == "JSONata":
            yield from _jsonata(state, state_path, assigned)
        for number, inner in enumerate(_inner_machines(state)):
            yield from _machine(inner, f"{state_path}[{number}]", language, assigned)


def _next(state: Definition) -> Iterator[str]:
    yield from (state[field] for field in ("Next", "Default") if field in state)
    yield from (branch["Next"] for branch in [*state.get("Choices", []), *state.get("Catch", [])])


def _inner_machines(state: Definition) -> list[Definition]:
    return [
        *state.get("Branches", []),
        *(state[key] for key in ("ItemProcessor", "Iterator") if key in state),
    ]


def _targets(definition: Definition, states: Definition, path: str) -> Iterator[Finding]:
    if definition["StartAt"] not in states:
        yield Finding(path, f"StartAt {definition['StartAt']!r} does not exist")
    for name, state in states.items():
        for target in _next(state):
            if target not in states:
                yield Finding(f"{path}/{name}", f"target {target!r} does not exist")


def _failures(states: Definition, path: str) -> Iterator[Finding]:
    """A failure becomes a state somebody sees: it is caught, and what it is caught by records it before the run fails.

    Only the task that records may catch its own failure into the end it leads to anyhow. What cannot be caught (the
    expression of a Choice, a run stopped from outside) is reported by Step Functions itself, and swept.
    """
    for name, state in states.items():
        if state["Type"] != "Task":
            continue
        catches = {error: catch["Next"] for catch in state.get("Catch", []) for error in catch["ErrorEquals"]}
        if "States.ALL" not in catches:
            yield Finding(f"{path}/{name}", "does not catch States.ALL: nobody would see that it failed")
        for target in sorted(set(catches.values())):
            ends = states.get(target, {}).get("Type") == "Fail"
            if ends and state.get("Next") != target:
                yield Finding(f"{path}/{name}", f"fails into {target!r} without recording it")


def _reachability(definition: Definition, states: Definition, path: str) -> Iterator[Finding]:
    reached = _closure({definition["StartAt"]}, {name: set(_next(state)) for name, state in states.items()})
    for name in states.keys() - reached:
        yield Finding(f"{path}/{name}", "is never reached")
    predecessors: dict[str, set[str]] = {}
    for name, state in states.items():
        for target in _next(state):
            predecessors.setdefault(target, set()).add(name)
    finishing = {
        name for name, state in states.items() if state["Type"] in TERMINAL_TYPES or state.get("End")
    }
    if not any(states[name]["Type"] != "Fail" for name in finishing & reached):
        yield Finding(path, "no way through it ends well")
    for name in (states.keys() & reached) - _closure(finishing, predecessors):
        yield Finding(f"{path}/{name}", "leads to no end")


def _closure(start: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    visited: set[str] = set()
    pending = list(start)
    while pending:
        name = pending.pop()
        if name not in visited:
            visited.add(name)
            pending.extend(steps.get(name, ()))
    return visited


def _exits(state: Definition, path: str) -> Iterator[Finding]:
    if state["Type"] in TERMINAL_TYPES | {"Choice"}:
        return
    if bool(state.get("End")) == ("Next" in state):
        yield Finding(path, "needs either End or Next")


def _timeouts(state: Definition, path: str) -> Iterator[Finding]:
    if state["Type"] != "Task":
        return
    if "TimeoutSeconds" not in state:
        yield Finding(path, "has no TimeoutSeconds: it may wait for ever")
    caught = [error for catch in state.get("Catch", []) for error in catch["ErrorEquals"]]
    if "States.ALL" in caught[:-1]:
        yield Finding(path, "catches something after States.ALL, which is never reached")
    if state["Resource"].endswith(CALLBACK_SUFFIX):
        if "States.Timeout" not in caught:
            yield Finding(path, "waits for a person and does not catch States.Timeout")
        if CALLBACK_EXPRESSION not in str(state.get("Arguments", {})):
            yield Finding(path, "waits for a token it gives to nobody")


def _jsonata(state: Definition, state_path: str, assigned: set[str]) -> Iterator[Finding]:
    for field in sorted(JSONPATH_FIELDS & state.keys()):
        yield Finding(state_path, f"{field} is JSONPath in a JSONata state")
    for field_path, text in _strings(state):
        path = f"{state_path}{field_path}"
        if field_path.rsplit("/", 1)[-1].endswith(".$"):
            yield Finding(path, "a name ending in .$ is JSONPath in a JSONata state")
        if not text.startswith("{%"):
            continue
        expression = EXPRESSION.match(text)
        if expression is None:
            yield Finding(path, "the expression is not closed by %}")
            continue
        yield from _expression(expression.group(1).strip(), path, assigned)


def _expression(text: str, path: str, assigned: set[str]) -> Iterator[Finding]:
    try:
        jsonata.Jsonata(text)
    except Exception as error:  # noqa: BLE001 - the parser raises errors of its own and of Python
        yield Finding(path, f"is not JSONata: {error}")
        return
    code = STRING_LITERAL.sub("''", text)
    bound = {
        name.strip().lstrip("$")
        for groups in LOCAL_BINDING.findall(code)
        for part in groups
        for name in part.split(",")
    }
    for name in sorted(set(VARIABLE.findall(code)) - assigned - bound - {"states"}):
        yield Finding(path, f"reads ${name}, which nothing assigns")


def _strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a state except those of the machines inside it, with its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in {"Branches", "ItemProcessor", "Iterator"}:
                yield from _strings(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _strings(inner, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


def _assigned(definition: Definition) -> Iterator[str]:
    for state in definition["States"].values():
        for holder in [state, *state.get("Catch", []), *state.get("Choices", [])]:
            yield from holder.get("Assign", {})
        for inner in _inner_machines(state):
            yield from _assigned(inner)
