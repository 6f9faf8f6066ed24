"""What a state machine must hold before it is deployed; AWS accepts most of what this refuses.

Every target exists, every state is reached and leads to an end, every expression parses and reads only variables
somebody assigns, every wait ends, and a person's silence or a failure is caught.
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
ENDS = frozenset({"Fail", "Succeed"})
WAITING = ".waitForTaskToken"
ANSWERED_BY = "$states.context.Task.Token"
EXPRESSION = re.compile(r"^\{%(.*)%\}$", re.DOTALL)
#: A variable, not a function call, a context field or a string.
VARIABLE = re.compile(r"\$([A-Za-z_]\w*)(?!\w|\s*\()")
BOUND = re.compile(r"\$([A-Za-z_]\w*)\s*:=|function\s*\(([^)]*)\)")
TEXT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


@dataclass(frozen=True)
class Finding:
    """One thing that must be mended, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def findings(definition: Definition, *, name: str) -> list[Finding]:
    """Everything wrong with a definition; nothing means it may be deployed."""
    assigned = set(_assigned(definition))
    return list(_machine(definition, name, definition.get("QueryLanguage", "JSONPath"), assigned))


def _machine(definition: Definition, place: str, language: str, assigned: set[str]) -> Iterator[Finding]:
    states: Mapping[str, Any] = definition["States"]
    yield from _targets(definition, states, place)
    yield from _reach(definition, states, place)
    for name, state in states.items():
        where = f"{place}/{name}"
        spoken = state.get("QueryLanguage", language)
        yield from _way_out(state, where)
        yield from _waits(state, where)
        if spoken == "JSONata":
            yield from _jsonata(state, where, assigned)
        for number, inner in enumerate(_inner_machines(state)):
            yield from _machine(inner, f"{where}[{number}]", spoken, assigned)


def _next(state: Definition) -> Iterator[str]:
    yield from (state[field] for field in ("Next", "Default") if field in state)
    yield from (branch["Next"] for branch in [*state.get("Choices", []), *state.get("Catch", [])])


def _inner_machines(state: Definition) -> list[Definition]:
    return [
        *state.get("Branches", []),
        *(state[key] for key in ("ItemProcessor", "Iterator") if key in state),
    ]


def _targets(definition: Definition, states: Definition, place: str) -> Iterator[Finding]:
    if definition["StartAt"] not in states:
        yield Finding(place, f"StartAt {definition['StartAt']!r} does not exist")
    for name, state in states.items():
        for target in _next(state):
            if target not in states:
                yield Finding(f"{place}/{name}", f"target {target!r} does not exist")


def _reach(definition: Definition, states: Definition, place: str) -> Iterator[Finding]:
    reached = _closure({definition["StartAt"]}, {name: set(_next(state)) for name, state in states.items()})
    for name in states.keys() - reached:
        yield Finding(f"{place}/{name}", "is never reached")
    back: dict[str, set[str]] = {}
    for name, state in states.items():
        for target in _next(state):
            back.setdefault(target, set()).add(name)
    finishing = {name for name, state in states.items() if state["Type"] in ENDS or state.get("End")}
    if not any(states[name]["Type"] != "Fail" for name in finishing & reached):
        yield Finding(place, "no way through it ends well")
    for name in (states.keys() & reached) - _closure(finishing, back):
        yield Finding(f"{place}/{name}", "leads to no end")


def _closure(start: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(steps.get(name, ()))
    return found


def _way_out(state: Definition, where: str) -> Iterator[Finding]:
    if state["Type"] in ENDS | {"Choice"}:
        return
    if bool(state.get("End")) == ("Next" in state):
        yield Finding(where, "needs either End or Next")


def _waits(state: Definition, where: str) -> Iterator[Finding]:
    if state["Type"] != "Task":
        return
    if "TimeoutSeconds" not in state:
        yield Finding(where, "has no TimeoutSeconds: it may wait for ever")
    caught = [error for catch in state.get("Catch", []) for error in catch["ErrorEquals"]]
    if "States.ALL" in caught[:-1]:
        yield Finding(where, "catches something after States.ALL, which is never reached")
    if state["Resource"].endswith(WAITING):
        yield from (
            Finding(where, f"waits for a person and does not catch {error}")
            for error in ("States.Timeout", "States.ALL")
            if error not in caught
        )
        if ANSWERED_BY not in str(state.get("Arguments", {})):
            yield Finding(where, "waits for a token it gives to nobody")


def _jsonata(state: Definition, where: str, assigned: set[str]) -> Iterator[Finding]:
    for field in sorted(JSONPATH_FIELDS & state.keys()):
        yield Finding(where, f"{field} is JSONPath in a JSONata state")
    for path, text in _texts(state):
        place = f"{where}{path}"
        if path.rsplit("/", 1)[-1].endswith(".$"):
            yield Finding(place, "a name ending in .$ is JSONPath in a JSONata state")
        if not text.startswith("{%"):
            continue
        expression = EXPRESSION.match(text)
        if expression is None:
            yield Finding(place, "the expression is not closed by %}")
            continue
        yield from _expression(expression.group(1).strip(), place, assigned)


def _expression(text: str, place: str, assigned: set[str]) -> Iterator[Finding]:
    try:
        jsonata.Jsonata(text)
    except Exception as error:  # noqa: BLE001 - the parser raises errors of its own and of Python
        yield Finding(place, f"is not JSONata: {error}")
        return
    spoken = TEXT.sub("''", text)
    bound = {
        name.strip().lstrip("$")
        for groups in BOUND.findall(spoken)
        for part in groups
        for name in part.split(",")
    }
    for name in sorted(set(VARIABLE.findall(spoken)) - assigned - bound - {"states"}):
        yield Finding(place, f"reads ${name}, which nothing assigns")


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a state, short of the machines inside it, with where it is."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in {"Branches", "ItemProcessor", "Iterator"}:
                yield from _texts(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


def _assigned(definition: Definition) -> Iterator[str]:
    for state in definition["States"].values():
        for holder in [state, *state.get("Catch", []), *state.get("Choices", [])]:
            yield from holder.get("Assign", {})
        for inner in _inner_machines(state):
            yield from _assigned(inner)
