"""The facts the code gives, read from its source: by refusals, and by values that are no value (pydantic errors)."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ishtirak.kernel.errors import DomainError
from ishtirak.statute.tables import StatutoryTable
from tools.reference.errors import refusals as known_refusals

ROOT = Path(__file__).parents[3]
#: Facts a place gives under names that are not written there.
BY_OTHER_MEANS = {
    "not_in_tables": frozenset(StatutoryTable.keys),
    "sms_number_refused": frozenset({"provider"}),
    "sms_text_refused": frozenset({"provider"}),
    "too_many": frozenset({"retry_after"}),  # every kind of it has the fact
}
_VALUE_ERROR = "PydanticCustomError"


@cache
def refusals() -> dict[str, list[frozenset[str]]]:
    """For each code of a refusal, the names of the facts each place that refuses gives."""
    kinds = {kind.__name__: kind for kind in _with_subclasses(DomainError)}
    found: dict[str, list[frozenset[str]]] = {}
    for tree in _trees():
        for name, call in _calls(tree):
            kind = kinds.get(name)
            if kind is not None and hasattr(kind, "code"):
                names = frozenset(word.arg for word in call.keywords if word.arg)
                found.setdefault(kind.code, []).append(names | BY_OTHER_MEANS.get(kind.code, frozenset()))
    for code, names in BY_OTHER_MEANS.items():
        found.setdefault(code, [names])
    return found


@cache
def value_errors() -> dict[str, list[frozenset[str]]]:
    """The same of values that are no value."""
    found: dict[str, list[frozenset[str]]] = {}
    for tree in _trees():
        for name, call in _calls(tree):
            if name == _VALUE_ERROR and isinstance(call.args[0], ast.Constant):
                facts = call.args[2] if len(call.args) > 2 else ast.Dict([], [])
                assert isinstance(facts, ast.Dict), ast.unparse(call)
                names = frozenset(key.value for key in facts.keys if isinstance(key, ast.Constant))
                found.setdefault(str(call.args[0].value), []).append(names)  # type: ignore[arg-type]
    return found


def constants_given(name: str, fact: str) -> set[str]:
    """Every text written as that fact where that refusal is made."""
    return {
        word.value.value
        for tree in _trees()
        for called, call in _calls(tree)
        for word in call.keywords
        if called == name and word.arg == fact and isinstance(word.value, ast.Constant)
        if isinstance(word.value.value, str)
    }


def _with_subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    known_refusals()  # imports everything
    yield kind
    for child in kind.__subclasses__():
        yield from _with_subclasses(child)


@cache
def _trees() -> tuple[ast.Module, ...]:
    paths = (path for folder in ("ishtirak", "functions") for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in paths)


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call by the name of what is called. A class whose `__init__` names the facts gives those."""
    own = _own_initialisers()
    for kind in ast.walk(tree):
        if isinstance(kind, ast.ClassDef) and kind.name in own:
            yield from ((kind.name, call) for call in _initialisers(kind))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
            if name not in own:
                yield name, call


@cache
def _own_initialisers() -> frozenset[str]:
    return frozenset(
        kind.name
        for tree in _trees()
        for kind in ast.walk(tree)
        if isinstance(kind, ast.ClassDef)
        if any(all(word.arg for word in call.keywords) for call in _initialisers(kind))
    )


def _initialisers(kind: ast.ClassDef) -> list[ast.Call]:
    calls = (call for call in ast.walk(kind) if isinstance(call, ast.Call))
    return [call for call in calls if ast.unparse(call.func) == "super().__init__"]
