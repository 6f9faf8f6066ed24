"""Every function: what it does, what triggers it, what it is told, and the adapters it was built with."""

import ast
import importlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ishtirak.kernel.settings import FunctionSettings
from tools.reference.markdown import code, codes, page
from tools.reference.workflows import called
from tools.reference.workflows import names as workflow_names

ROOT = Path(__file__).parents[2]
OPENAPI = ROOT / "docs" / "reference" / "openapi.json"
SERVICE = ROOT / "infra" / "stacks" / "service.py"

_QUEUE = re.compile(r'self\._queue\(\s*"(\w+)",\s*(\w+)')
_STREAMS = re.compile(r"Relay\([^)]*function=(\w+)")
_LEAD = """\
One folder under `functions/` is one Lambda function, its role, its log group and its alarm. What a function can do is
what it imports: its package holds the modules its handler reaches and nothing else. Its grants are in
[`infra/stacks/service.py`](../../infra/stacks/service.py), one line a grant; settings are environment variables in
upper case.
"""


def names() -> list[str]:
    """Every function, by its folder."""
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def triggers(function: str) -> list[str]:
    """What makes it run: routes, queues, streams, steps of a workflow."""
    return [
        *(f"{code(route)} {summary}" for route, summary in _routes(function)),
        *(f"queue {code(queue)}" for queue, worker in queues().items() if worker == function),
        *("streams of the tables" for worker in _STREAMS.findall(_stack()) if worker == function),
        *(
            f"workflow {code(workflow)}: {', '.join(states)}"
            for workflow in workflow_names()
            for worker, states in called(workflow).items()
            if worker == function
        ),
    ]


def queues() -> dict[str, str]:
    """The worker of each queue."""
    return dict(_QUEUE.findall(_stack()))


@cache
def _stack() -> str:
    """Wiring as the stack writes it; reading the source spares a synthesis."""
    return SERVICE.read_text(encoding="utf-8")


@cache
def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"]
    return paths


def _routes(function: str) -> Iterator[tuple[str, str]]:
    for path, item in _paths().items():
        for method, operation in item.items():
            if operation.get("x-ishtirak-function") == function:
                yield f"{method.upper()} {path}", operation["summary"]


def _told(function: str) -> list[str]:
    """The settings it has beyond those every function has."""
    settings: type[FunctionSettings] = importlib.import_module(f"functions.{function}.settings").Settings
    return [name for name in settings.model_fields if name not in FunctionSettings.model_fields]


def _adapters(function: str) -> list[str]:
    """The adapters its own modules name: what it is built with, not what those need in turn."""
    found = set()
    for path in (ROOT / "functions" / function).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {
                    f"{node.module}.{name.name}".removeprefix("ishtirak.adapters.").split(".")[0]
                    for name in node.names
                    if node.module.startswith("ishtirak.adapters")
                }
    return sorted(found)


def purpose(function: str) -> str:
    """What its package says of it."""
    source = (ROOT / "functions" / function / "__init__.py").read_text(encoding="utf-8")
    return " ".join((ast.get_docstring(ast.parse(source)) or "").split())


def _block(function: str) -> str:
    triggered = triggers(function)
    lines = [f"## [`{function}`](../../functions/{function}/handler.py)\n", f"{purpose(function)}\n"]
    lines += [f"- {trigger}" for trigger in triggered]
    if told := _told(function):
        lines.append(f"- settings: {codes(told)}")
    if adapters := _adapters(function):
        lines.append(f"- adapters: {codes(adapters)}")
    if samples := sorted(path.name for path in (ROOT / "functions" / function / "events").glob("*.json")):
        folder = f"../../functions/{function}/events"
        lines.append(f"- sample events: {', '.join(f'[{name}]({folder}/{name})' for name in samples)}")
    return "\n".join(lines) + "\n"


def functions() -> str:
    return page("Functions", _LEAD, *(_block(function) for function in names()))
