"""State machines as Mermaid diagrams, drawn from `workflows/*.asl.yaml`."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.reference.markdown import code, page, table

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / "workflows"

_WORDS = re.compile(r"'([A-Z_]+)'")
_FUNCTION = re.compile(r"\$\{(\w+)\}")
_ANY_ERROR = "States.ALL"
_TIMEOUT = "States.Timeout"

type States = Mapping[str, Mapping[str, Any]]
type Edge = tuple[str, str, str]


def names() -> list[str]:
    """The workflows there are."""
    return sorted(path.name.removesuffix(".asl.yaml") for path in WORKFLOWS.glob("*.asl.yaml"))


def definition(name: str) -> dict[str, Any]:
    """One workflow, read."""
    read: dict[str, Any] = yaml.safe_load((WORKFLOWS / f"{name}.asl.yaml").read_text(encoding="utf-8"))
    return read


def called(name: str) -> dict[str, list[str]]:
    """The functions a workflow calls, in `snake_case`, each with the states that call it."""
    calls: dict[str, list[str]] = {}
    for state, body in definition(name)["States"].items():
        for function in _FUNCTION.findall(str(body.get("Arguments", ""))):
            calls.setdefault(re.sub(r"(?<!^)(?=[A-Z])", "_", function).lower(), []).append(state)
    return calls


def diagram(name: str) -> str:
    """A `stateDiagram-v2`. The common fallback of tasks is drawn once, as a note: the arrows would hide the way."""
    machine = definition(name)
    states: States = machine["States"]
    fallback = _common_fallback(states)
    lines = ["stateDiagram-v2", *(f'    state "{state}" as {_id(state)}' for state in states)]
    lines.append(f"    [*] --> {_id(machine['StartAt'])}")
    for start, end, label in _edges(states, fallback=fallback):
        lines.append(f"    {_id(start)} --> {_id(end)}" + (f": {label}" if label else ""))
    lines += [f"    {_id(state)} --> [*]" for state, body in states.items() if _ends(body)]
    if fallback:
        lines.append(f"    note right of {_id(fallback)}: from any task that fails for good")
    return "```mermaid\n" + "\n".join(lines) + "\n```\n"


def _common_fallback(states: States) -> str:
    """The state more than one task goes to on any other error; none where every task has its own."""
    falls = [
        catch["Next"]
        for body in states.values()
        for catch in body.get("Catch", ())
        if _ANY_ERROR in catch["ErrorEquals"]
    ]
    return next((state for state in falls if falls.count(state) > 1), "")


def _edges(states: States, *, fallback: str) -> Iterator[Edge]:
    for state, body in states.items():
        for choice in body.get("Choices", ()):
            yield state, choice["Next"], ", ".join(_WORDS.findall(choice["Condition"])) or "if"
        if "Default" in body:
            yield state, body["Default"], "otherwise"
        for catch in body.get("Catch", ()):
            to_fallback = catch["Next"] == fallback and _ANY_ERROR in catch["ErrorEquals"]
            if not to_fallback and catch["Next"] != body.get("Next"):
                yield state, catch["Next"], _label(catch["ErrorEquals"])
        if "Next" in body:
            yield state, body["Next"], ""


def _label(errors: list[str]) -> str:
    return (
        "no reply in time" if _TIMEOUT in errors else "failed" if _ANY_ERROR in errors else ", ".join(errors)
    )


def _ends(body: Mapping[str, Any]) -> bool:
    return body["Type"] in ("Succeed", "Fail") or bool(body.get("End"))


def _id(state: str) -> str:
    return re.sub(r"\W+", "_", state)


def _waits(states: States) -> str:
    rows = []
    for state, body in states.items():
        if body["Type"] == "Task":
            function = _FUNCTION.findall(str(body["Arguments"]))
            waits = str(body["Resource"]).endswith(".waitForTaskToken")
            limit = str(body["TimeoutSeconds"])
            limit_text = f"until its deadline (`{limit.strip('{}% ')}`)" if waits else f"{limit} s"
            rows.append(
                (
                    state,
                    code(function[0] if function else ""),
                    "a person" if waits else "the step",
                    limit_text,
                )
            )
    return table(("state", "calls", "waits for", "at most"), rows)


def workflows() -> str:
    blocks = []
    for name in names():
        machine = definition(name)
        source = f"[`workflows/{name}.asl.yaml`](../../workflows/{name}.asl.yaml)"
        blocks += [
            f"## `{name}`\n\n{machine['Comment']}\nFrom {source}.\n",
            diagram(name),
            _waits(machine["States"]),
        ]
    return page("Workflows", *blocks)
