"""Every event: which rule makes it, which functions can record it, and which queue hears it."""

import ast
import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tools.reference.functions import names as function_names
from tools.reference.functions import queues
from tools.reference.markdown import code, codes, page, table
from tools.reference.reach import Definition, modules, reached

ROOT = Path(__file__).parents[2]

#: The modules whose words are types of events, each with the source its events carry.
MAKERS = {
    "ishtirak.requests.rules": "ishtirak.requests",
    "ishtirak.documents.rules": "ishtirak.documents",
    "ishtirak.accounts.rules": "",  # of whoever caused the posting
    "ishtirak.contracts.rules": "ishtirak.contracts",
    "ishtirak.adapters.access_table": "ishtirak.otp",
}
_TYPE = re.compile(r"(?:[A-Z][a-z]+){2,}")
_LEAD = """\
An event is an item of the table that holds what it is about, written in the same transaction as the effect: outbox
record, audit entry and line of the timeline in one
([0060](../decisions/0060-the-event-item-is-outbox-audit-and-timeline.md)). `relay_events` publishes every one to the
bus `Ishtirak`, at least once and in the order of its aggregate; `id` is the same each time. Who listens is decided in
[`infra/subscriptions.py`](../../infra/subscriptions.py) alone. An event nobody hears is still audit and timeline.

Beside `type`: `id`, `source`, `subject`, `seq`, `at`, `actor`, `prev`, `hash` and `data`, which holds facts and codes
and never personal data. "Recorded by" is read from the code: the functions whose handler can come to the rule.
"""
_INWARD = """\
## From outside

| event | from | heard by |
|---|---|---|
| `Object Created` of the quarantine bucket | S3, on the account's default bus | queue `documents` |
| [a contract's event](events/qiwa-contract.schema.json) | Qiwa, signed, `POST /v1/qiwa/events` | queue `contracts` |
"""


@dataclass(frozen=True)
class Made:
    """A type of event and a definition that makes it."""

    type: str
    by: Definition

    @property
    def source(self) -> str:
        return MAKERS[self.by.module]


@cache
def made() -> tuple[Made, ...]:
    """Every type of event with each rule that makes it."""
    return tuple(sorted(_made(), key=lambda one: (one.by.module, one.type, one.by.name)))


def _made() -> Iterator[Made]:
    for name in MAKERS:
        module = modules()[name]
        held = {  # a table of types beside the rules: whoever names the table makes them
            defined.name: _types(defined.node)
            for defined in module.definitions.values()
            if isinstance(defined.node, ast.Assign | ast.AnnAssign)
        }
        for defined in module.definitions.values():
            if not isinstance(defined.node, ast.FunctionDef):
                continue
            spoken = {node.id for node in ast.walk(defined.node) if isinstance(node, ast.Name)}
            types = _types(defined.node).union(*(held[name] for name in held.keys() & spoken))
            yield from (Made(named, defined) for named in types)


def _types(node: ast.AST) -> set[str]:
    """The words in a piece of code that are types of events: not those something is looked up by or compared with."""
    others = {word for part in ast.walk(node) for word in _looked_up(part)}
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
        and part not in others
        and isinstance(part.value, str)
        and _TYPE.fullmatch(part.value)
    }


def _looked_up(node: ast.AST) -> list[ast.expr | None]:
    if isinstance(node, ast.Dict):
        return node.keys
    if isinstance(node, ast.Subscript):
        return [node.slice]
    return [node.left, *node.comparators] if isinstance(node, ast.Compare) else []


@cache
def _reached() -> dict[str, frozenset[Definition]]:
    return {function: reached(function) for function in function_names()}


def recorded_by(rule: Definition) -> list[str]:
    """The functions that can come to a rule."""
    return [function for function, within in _reached().items() if rule in within]


def subscriptions() -> tuple[Any, ...]:
    """Who hears what, as the stack deploys it; asked for by name, because tools do not stand on the stack."""
    found: tuple[Any, ...] = importlib.import_module("infra.subscriptions").SUBSCRIPTIONS
    return found


def heard_by(type: str) -> list[str]:
    """The queues that receive a type of event."""
    return [one.queue for one in subscriptions() if type in one.types]


def _line_in_the_timeline(type: str) -> str:
    locale = json.loads((ROOT / "ishtirak/edge/locale/en/requests.json").read_text(encoding="utf-8"))
    return str(locale["events"].get(type, ""))


def events() -> str:
    blocks = [_LEAD]
    for module, source in MAKERS.items():
        titled = code(source) if source else "Accounts, under the source of whoever caused the posting"
        blocks.append(f"## {titled}\n\nMade in {code(module)}.\n")
        types = sorted({one.type for one in made() if one.by.module == module})
        rows = [_row(module, named) for named in types]
        shown = 5 if any(row[4] for row in rows) else 4
        head = ("event", "rule", "recorded by", "heard by", "line in the timeline")
        blocks.append(table(head[:shown], [row[:shown] for row in rows]))
    return page("Events", *blocks, _INWARD)


def _row(module: str, type: str) -> tuple[str, ...]:
    rules = [one.by for one in made() if one.type == type and one.by.module == module]
    functions = sorted({function for rule in rules for function in recorded_by(rule)})
    heard = [f"{code(queues()[queue])} (queue {code(queue)})" for queue in heard_by(type)]
    names = codes(rule.name for rule in rules)
    return code(type), names, codes(functions), ", ".join(heard), _line_in_the_timeline(type)
