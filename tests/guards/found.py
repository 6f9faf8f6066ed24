"""The guards there are: every clause of every condition of a write, read from the source of the adapters.

A guard is named by where it stands and what it says (`AccessTable.consume: digest = :digest`), so one that is added is
found by itself, and one that is reworded has to be looked at again.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from ishtirak import adapters
from ishtirak.adapters.dynamo import NEW

WRITERS = frozenset({"put", "update", "delete", "check", "update_if", "update_or_read"})
_REPLACED = (NEW, "#counter = :before")
"""What `dynamo.replace` makes its write conditional on, for the first version and for the next."""


@dataclass(frozen=True, order=True)
class Guard:
    """One clause of the condition of a write."""

    site: str
    """The function that asks for the write, by class and name."""
    verb: str
    """What of `dynamo` it asks with."""
    clause: str

    def __str__(self) -> str:
        return f"{self.site} {self.verb}: {self.clause}"

    @classmethod
    def named(cls, text: str) -> "Guard":
        """The guard of this name."""
        head, _, clause = text.partition(": ")
        site, _, verb = head.rpartition(" ")
        return cls(site, verb, clause)


class Unreadable(Exception):
    """A condition that is put together in a way that is not understood here."""


def guards() -> list[Guard]:
    """All of them, in order."""
    folder = Path(adapters.__file__).parent
    files = [path for path in sorted(folder.rglob("*.py")) if path != folder / "dynamo.py"]
    return sorted({guard for path in files for guard in _guards_in(path)})


def clauses(condition: str) -> list[str]:
    """What has to hold, each for itself; alternatives, and what is in brackets, are one clause."""
    found: list[str] = []
    for part in condition.split(" AND "):
        if found and found[-1].count("(") > found[-1].count(")"):
            found[-1] += f" AND {part}"
        else:
            found.append(part)
    return found


def _guards_in(path: Path) -> Iterator[Guard]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for site, function in _functions(tree, ()):
        assigned = [node for scope in (function, tree) for node in _assignments(scope)]
        for call in _writes(function):
            for condition in _conditions(call, assigned, where=f"{path.name}, {site}"):
                for clause in clauses(condition):
                    yield Guard(site, _verb(call), clause)


def _functions(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield ".".join((*names, child.name)), child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, (*names, child.name))


def _writes(function: ast.FunctionDef) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            if isinstance(of, ast.Name) and of.id == "dynamo" and node.func.attr in WRITERS | {"replace"}:
                yield node


def _verb(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr


def _assignments(scope: ast.FunctionDef | ast.Module) -> Iterator[ast.Assign]:
    """Those of a function wherever they are, those of a module where everybody sees them."""
    nodes = scope.body if isinstance(scope, ast.Module) else ast.walk(scope)
    return (node for node in nodes if isinstance(node, ast.Assign))


def _conditions(call: ast.Call, assigned: Sequence[ast.Assign], *, where: str) -> tuple[str, ...]:
    if _verb(call) == "replace":
        return _REPLACED
    given = [one.value for one in call.keywords if one.arg == "condition"]
    if len(given) != 1:
        raise Unreadable(f"{where}: a write without a condition")
    return _texts(given[0], assigned, where)


def _texts(node: ast.expr, assigned: Sequence[ast.Assign], where: str) -> tuple[str, ...]:
    """What an expression may come to."""
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.Attribute(value=ast.Name(id="dynamo"), attr="NEW"):
            return (NEW,)
        case ast.IfExp(body=one, orelse=other):
            return (*_texts(one, assigned, where), *_texts(other, assigned, where))
        case ast.JoinedStr(values=parts):
            each = (part.value if isinstance(part, ast.FormattedValue) else part for part in parts)
            return tuple(map("".join, product(*(_texts(part, assigned, where) for part in each))))
        case ast.Name(id=name):
            for statement in assigned:
                if any(isinstance(target, ast.Name) and target.id == name for target in statement.targets):
                    return _texts(statement.value, assigned, where)
    raise Unreadable(f"{where}: {ast.unparse(node)}")
