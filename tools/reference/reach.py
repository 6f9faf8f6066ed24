"""Which functions can run a piece of our code: a walk over the sources by name.

It follows names as modules import them, and a method once its class and its name are both within reach (rapid type
analysis). So it may say that a function reaches something it never calls, and not the opposite, as long as nothing is
called by a name made up at run time, which nothing here is.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Definition:
    """A function, method, class body or module-level assignment."""

    module: str
    name: str
    """Dotted for a method: `RequestTable.commit`."""
    node: ast.AST = field(compare=False, repr=False)


@dataclass(frozen=True)
class Module:
    """One source file: what it defines, and which of our names stand for what in it."""

    name: str
    definitions: dict[str, Definition]
    imports: dict[str, tuple[str, str]]
    """A local name to a module and, unless the module itself is meant, the name in it."""


@cache
def modules() -> dict[str, Module]:
    """Every module of `ishtirak` and `functions`."""
    paths = [path for top in ("ishtirak", "functions") for path in sorted((ROOT / top).rglob("*.py"))]
    known = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }
    return {
        name: _read(name, ast.parse(path.read_text(encoding="utf-8")), known=frozenset(known))
        for name, path in known.items()
    }


def _read(name: str, tree: ast.Module, *, known: frozenset[str]) -> Module:
    definitions, imports = {}, {}
    for statement in tree.body:
        for defined in _defined(name, statement):
            definitions[defined.name] = defined
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                imports[alias.asname or alias.name] = (
                    (whole, "") if whole in known else (node.module, alias.name)
                )
    return Module(name, definitions, imports)


def _defined(module: str, statement: ast.stmt) -> Iterator[Definition]:
    if isinstance(statement, ast.FunctionDef):
        yield Definition(module, statement.name, statement)
    elif isinstance(statement, ast.ClassDef):
        methods = [part for part in statement.body if isinstance(part, ast.FunctionDef)]
        rest = [part for part in statement.body if part not in methods]
        yield Definition(module, statement.name, ast.Module(body=rest, type_ignores=[]))
        for method in methods:
            yield Definition(module, f"{statement.name}.{method.name}", method)
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield Definition(module, target.id, statement)


def reached(function: str) -> frozenset[Definition]:
    """Every definition the function's handler can come to."""
    start = modules()[f"functions.{function}.handler"].definitions["build"]
    found, waiting, spoken = {start}, [start], set[str]()
    classes: set[tuple[str, str]] = set()
    while waiting:
        current = waiting.pop()
        spoken |= {node.attr for node in ast.walk(current.node) if isinstance(node, ast.Attribute)}
        classes |= {(one.module, one.name) for one in found}
        fresh = set(_named(current)) | set(_methods(classes, spoken))
        waiting += fresh - found
        found |= fresh
        if not waiting:  # a class and the name of its method may come from different places
            classes |= {(one.module, one.name) for one in found}
            waiting = [one for one in _methods(classes, spoken) if one not in found]
            found |= set(waiting)
    return frozenset(found)


def _named(definition: Definition) -> Iterator[Definition]:
    """What a piece of code names, directly or through a module it imports."""
    module = modules()[definition.module]
    for node in ast.walk(definition.node):
        if isinstance(node, ast.Name):
            yield from _resolved(module, node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            target, inner = module.imports.get(node.value.id, ("", ""))
            if target in modules() and not inner:
                yield from _resolved(modules()[target], node.attr)


def _resolved(module: Module, name: str) -> Iterator[Definition]:
    if name in module.definitions:
        yield module.definitions[name]
    elif name in module.imports:
        target, inner = module.imports[name]
        if target in modules() and inner:
            yield from _resolved(modules()[target], inner)


def _methods(classes: set[tuple[str, str]], spoken: set[str]) -> Iterator[Definition]:
    """Methods whose class is within reach and whose name is spoken, or that are called without being named."""
    for module, name in classes:
        for definition in modules()[module].definitions.values():
            owner, _, method = definition.name.partition(".")
            if owner == name and method and (method in spoken or method.startswith("__")):
                yield definition
