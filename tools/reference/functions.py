"""Every function: what it does, what triggers it, the use cases it calls, its settings and its grants."""

import ast
import importlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ishtirak.kernel.settings import FunctionSettings, Subscription
from tools.reference.constructs import construct_of
from tools.reference.markdown import code, codes, page, table
from tools.reference.workflows import called
from tools.reference.workflows import names as workflow_names

ROOT = Path(__file__).parents[2]
OPENAPI = ROOT / "docs" / "reference" / "openapi.json"

#: `POST /v1/requests: `, `Queue of payment notices: `
_TRIGGER = re.compile(r"^(?:[A-Z, ]+ /\S+?[.:]|[^:.]+:) ")
_LEAD = """\
One folder under `functions/` is one Lambda function, its role, its log group and its alarm. What a function can do is
what it imports: its package holds the modules its handler reaches and nothing else. Its trigger and its grants are in
its construct, `infra/functions/<name>.py`; settings are environment variables in upper case.
"""


def names() -> list[str]:
    """Every function, by its folder."""
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def triggers(function: str) -> list[str]:
    """What makes it run: routes, its queue, streams, a schedule, steps of a workflow."""
    return [
        *(f"{code(route)} {summary}" for route, summary in _routes(function)),
        *_other_triggers(function),
        *_steps(function),
    ]


def _other_triggers(function: str) -> Iterator[str]:
    construct = construct_of(function)
    if construct.queue:
        yield f"queue {code(construct.queue)}"
    if construct.reads_streams:
        yield "streams of the tables"
    if construct.scheduled:
        yield "schedule"


def _workflows(function: str) -> Iterator[str]:
    return (workflow for workflow in workflow_names() if function in called(workflow))


def _steps(function: str) -> Iterator[str]:
    for workflow in _workflows(function):
        yield f"workflow {code(workflow)}: {', '.join(called(workflow)[function])}"


def queues() -> dict[str, str]:
    """The consumer of each queue."""
    consumed = {function: construct_of(function).queue for function in names()}
    return {queue: function for function, queue in consumed.items() if queue}


def subscriptions(function: str) -> tuple[Subscription, ...]:
    """What a function receives from the bus."""
    subscribed: tuple[Subscription, ...] = getattr(_settings(function), "SUBSCRIPTIONS", ())
    return subscribed


@cache
def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"]
    return paths


def _routes(function: str) -> Iterator[tuple[str, str]]:
    for path, item in _paths().items():
        for method, operation in item.items():
            if operation.get("x-ishtirak-function") == function:
                yield f"{method.upper()} {path}", operation["summary"]


def _settings(function: str) -> type[FunctionSettings]:
    settings: type[FunctionSettings] = importlib.import_module(f"functions.{function}.settings").Settings
    return settings


def _own_settings(function: str) -> list[str]:
    """The settings it has beyond those every function has."""
    return [name for name in _settings(function).model_fields if name not in FunctionSettings.model_fields]


def _imported(function: str, package: str) -> Iterator[tuple[str, str]]:
    """The modules of a package that its own modules import, each with the name taken from it."""
    for path in sorted((ROOT / "functions" / function).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(package):
                yield from ((node.module, alias.name) for alias in node.names)


def use_cases(function: str) -> list[str]:
    """The use cases it calls."""
    return sorted({name for _, name in _imported(function, "ishtirak.use_cases") if name.islower()})


def _adapters(function: str) -> list[str]:
    """The adapters its own modules name: what it is built with, not what those need in turn."""
    modules = {
        f"{module}.{name}" if module.endswith((".adapters", ".aws", ".agencies")) else module
        for module, name in _imported(function, "ishtirak.adapters")
    }
    return sorted(module.rpartition(".")[2] for module in modules)


def purpose(function: str) -> str:
    """What its package says of it."""
    source = (ROOT / "functions" / function / "__init__.py").read_text(encoding="utf-8")
    return " ".join((ast.get_docstring(ast.parse(source)) or "").split())


def _grants(function: str) -> str:
    return " · ".join(
        f"{code(grant.resource)} {', '.join(grant.permissions)}" for grant in construct_of(function).grants
    )


def _block(function: str) -> str:
    lines = [f"## [`{function}`](../../functions/{function}/handler.py)\n", f"{purpose(function)}\n"]
    lines += [f"- {trigger}" for trigger in triggers(function)]
    lines += [
        f"- subscribed to {code(subscription.source)}: {codes(subscription.types)}"
        for subscription in subscriptions(function)
    ]
    details = {
        "use cases": codes(use_cases(function)),
        "settings": codes(_own_settings(function)),
        f"[grants](../../infra/functions/{function}.py)": _grants(function),
        "adapters": codes(_adapters(function)),
    }
    lines += [f"- {name}: {content}" for name, content in details.items() if content]
    if samples := sorted(path.name for path in (ROOT / "functions" / function / "events").glob("*.json")):
        folder = f"../../functions/{function}/events"
        lines.append(f"- sample events: {', '.join(f'[{name}]({folder}/{name})' for name in samples)}")
    return "\n".join(lines) + "\n"


def functions() -> str:
    return page("Functions", _LEAD, *(_block(function) for function in names()))


def function_table() -> str:
    """The table of `docs/architecture.md`: one row for each function."""
    rows = [
        (
            code(function),
            ", ".join(_short_triggers(function)),
            _deed(function),
            codes(use_cases(function)),
            _grants(function),
        )
        for function in names()
    ]
    return table(("function", "trigger", "does", "use cases", "grants"), rows)


def _short_triggers(function: str) -> Iterator[str]:
    yield from _route_groups(function)
    yield from _other_triggers(function)
    yield from (f"step of {code(workflow)}" for workflow in _workflows(function))


def _route_groups(function: str) -> list[str]:
    """Its one path, or the beginnings of its paths: `/v1/bills…`, `/v1/payments…`."""
    paths = sorted({route.partition(" ")[2] for route, _ in _routes(function)})
    if len(paths) <= 1:
        return [code(path) for path in paths]
    beginnings = {"/".join(path.split("/")[:3]) for path in paths}
    return [code(f"{beginning}…") for beginning in sorted(beginnings)]


def _deed(function: str) -> str:
    """Its purpose without the trigger it begins with, which has a column of its own."""
    deed = _TRIGGER.sub("", purpose(function)).removesuffix(".")
    return deed[:1].upper() + deed[1:]
