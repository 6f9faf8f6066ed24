"""Every event: which rule makes it, which functions can record it, and which consumer receives it."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ishtirak.messages.notices import AUDIENCES, Audience
from tools.reference.functions import names as function_names
from tools.reference.functions import queues, subscriptions
from tools.reference.markdown import code, codes, page, table
from tools.reference.reach import Definition, modules, reached

ROOT = Path(__file__).parents[2]

#: The modules whose string constants are types of events, each with the source its events carry.
MAKERS = {
    "ishtirak.requests.rules": "ishtirak.requests",
    "ishtirak.requests.waits": "ishtirak.requests",
    "ishtirak.reviews.rules": "ishtirak.requests",
    "ishtirak.documents.rules": "ishtirak.documents",
    "ishtirak.register.registry": "ishtirak.register",
    "ishtirak.register.rules": "ishtirak.register",  # a cause of another name has its own source
    "ishtirak.billing.payments": "ishtirak.billing",
    "ishtirak.use_cases.settle_payment": "ishtirak.billing",
    "ishtirak.billing.decisions": "ishtirak.billing",
    "ishtirak.contracts.rules": "ishtirak.contracts",
    "ishtirak.adapters.aws.access_table": "ishtirak.otp",
    "ishtirak.factors.rules": "ishtirak.factors",
    "ishtirak.delegations.rules": "ishtirak.delegations",
    "ishtirak.logins.rules": "ishtirak.logins",
    "ishtirak.disclosure.rules": "ishtirak.disclosure",
    "ishtirak.certificates.rules": "ishtirak.certificates",
    "ishtirak.officials.rules": "ishtirak.officials",
}
_TYPE = re.compile(r"(?:[A-Z][a-z]+){2,}")
_LEAD = """\
An event is an item of the table that holds what it is about, written in the same transaction as the effect: outbox
record, audit entry and line of the timeline in one
([0060](../decisions/0060-the-event-item-is-outbox-audit-and-timeline.md)). `relay_events` publishes every one to the
bus `Ishtirak`, at least once and in the order of its aggregate; `id` is the same each time. A consumer names what it
receives in its `settings.py`, as `SUBSCRIPTIONS`. An event nobody subscribes to is still audit and timeline.

Beside `type`: `id`, `source`, `subject` (`kind/key` of the aggregate), `seq`, `at`, `actor`, `previous_hash`, `hash`
and `data`, which holds facts and codes and never personal data. "Recorded by" is read from the code: the functions
whose handler can reach the rule.
"""
_INWARD = """\
## From outside

| event | from | received by |
|---|---|---|
| `Object Created` of the quarantine bucket | S3, on the account's default bus | queue `documents` |
| [a contract's event](events/qiwa-contract.schema.json) | Qiwa, signed, `POST /v1/qiwa/events` | queue `contracts` |
"""
_TOLD = """\
## Who is told by SMS

`notify` gives each person a notice of their own ([0045](../decisions/0045-a-notice-for-each-person.md)): the
contributor, or those who may act for the employer (at most as many as the [policy](statute.md) says). The original is
Arabic.
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
        held = {  # a table of types beside the rules: a rule that uses the table makes them
            defined.name: _types(defined.node)
            for defined in module.definitions.values()
            if isinstance(defined.node, ast.Assign | ast.AnnAssign)
        }
        for defined in module.definitions.values():
            if not isinstance(defined.node, ast.FunctionDef):
                continue
            used = {node.id for node in ast.walk(defined.node) if isinstance(node, ast.Name)}
            types = _types(defined.node).union(*(held[name] for name in held.keys() & used))
            yield from (Made(named, defined) for named in types)


def _types(node: ast.AST) -> set[str]:
    """The string constants in a piece of code that are types of events: no keys, and nothing it is compared with."""
    excluded = {word for part in ast.walk(node) for word in _looked_up(part)}
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
        and part not in excluded
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


def received_by(type: str) -> list[str]:
    """The functions that receive a type of event, each through its queue."""
    return [
        function
        for function in function_names()
        if any(type in subscription.types for subscription in subscriptions(function))
    ]


def _line_in_the_timeline(type: str) -> str:
    locale = json.loads((ROOT / "ishtirak/edge/locale/en/requests.json").read_text(encoding="utf-8"))
    return str(locale["events"].get(type, ""))


def events() -> str:
    blocks = [_LEAD]
    for source in dict.fromkeys(MAKERS.values()):
        modules_of = [module for module, carried in MAKERS.items() if carried == source]
        titled = code(source) if source else "Register, under the source of whatever caused the posting"
        blocks.append(f"## {titled}\n\nMade in {codes(modules_of)}.\n")
        types = sorted({one.type for one in made() if one.source == source})
        rows = [_row(source, named) for named in types]
        shown = 5 if any(row[4] for row in rows) else 4
        head = ("event", "rule", "recorded by", "received by", "line in the timeline")
        blocks.append(table(head[:shown], [row[:shown] for row in rows]))
    return page("Events", *blocks, _INWARD, _TOLD, _told())


def _told() -> str:
    """Every text of a notice, by event and audience, in English."""
    locale = json.loads((ROOT / "ishtirak/edge/locale/en/notices.json").read_text(encoding="utf-8"))
    rows = []
    for name, written in sorted(locale["sms"].items()):
        event, _, variant = name.partition("_")
        to = Audience.EMPLOYER if variant == "employer" else Audience.CONTRIBUTOR
        assert to in AUDIENCES[event], f"{name} is told to nobody"
        rows.append((code(event), to.value.lower(), written))
    return table(("event", "told to", "text"), rows)


def _row(source: str, type: str) -> tuple[str, ...]:
    rules = [one.by for one in made() if one.type == type and one.source == source]
    functions = sorted({function for rule in rules for function in recorded_by(rule)})
    queue_of = {function: queue for queue, function in queues().items()}
    received = [f"{code(one)} (queue {code(queue_of[one])})" for one in received_by(type)]
    names = codes(rule.name for rule in rules)
    return code(type), names, codes(functions), ", ".join(received), _line_in_the_timeline(type)
