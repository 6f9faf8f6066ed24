"""What each function's construct in `infra/functions` says of it: its queue, its streams, its schedule, its grants.

Read from the source, which spares a synthesis; a construct is written as `infra/functions/submit_request.py` is.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONSTRUCTS = Path(__file__).parents[2] / "infra" / "functions"


@dataclass(frozen=True)
class Grant:
    """What a function may do with one shared resource: `requests`: `get`, `put`."""

    resource: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class FunctionConstruct:
    """The construct of one function."""

    queue: str | None
    """The queue it consumes."""
    reads_streams: bool
    scheduled: bool
    grants: tuple[Grant, ...]


@cache
def construct_of(function: str) -> FunctionConstruct:
    """The construct in `infra/functions/<function>.py`."""
    tree = ast.parse((CONSTRUCTS / f"{function}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    queues = [call.args[1] for call in calls if _name(call.func) == "WorkQueue"]
    return FunctionConstruct(
        queue=str(ast.literal_eval(queues[0])) if queues else None,
        reads_streams=any(_name(call.func) == "EventItemStreams" for call in calls),
        scheduled=any(_name(call.func) == "Every" for call in calls),
        grants=tuple(_merged(_grants(calls))),
    )


def _grants(calls: list[ast.Call]) -> Iterator[Grant]:
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr.startswith("grant"):
            yield Grant(_name(call.func.value), tuple(_permissions(call, call.func.attr)))


def _permissions(call: ast.Call, method: str) -> Iterator[str]:
    """`grant(self, "get", indexes=("by_owner",))`: get, by_owner; `grant_generate_mac(self)`: generate mac."""
    if method != "grant":
        yield method.removeprefix("grant_").replace("_", " ")
        return
    yield from (ast.literal_eval(verb) for verb in call.args[1:])
    for keyword in call.keywords:
        yield from (f"list {index}" for index in ast.literal_eval(keyword.value))


def _merged(grants: Iterator[Grant]) -> Iterator[Grant]:
    """One entry for each resource, in the order of the source."""
    permissions: dict[str, tuple[str, ...]] = {}
    for grant in grants:
        permissions[grant.resource] = permissions.get(grant.resource, ()) + grant.permissions
    return (Grant(resource, granted) for resource, granted in permissions.items())


def _name(node: ast.expr) -> str:
    """The last part of a dotted name: `requests` of `data.requests`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
