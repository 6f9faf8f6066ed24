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
    """Dotted for a method: `RequestTable.save`."""
    node: ast.AST = field(compare=False, repr=False)


@dataclass(frozen=True)
class Module:
    """One source file: what it defines, and what our names mean in it."""

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
        bases = [ast.Expr(base) for base in statement.bases]  # what it inherits is within reach, too
        rest = [*bases, *(part for part in statement.body if part not in methods)]
        yield Definition(module, statement.name, ast.Module(body=rest, type_ignores=[]))
        for method in methods:
            yield Definition(module, f"{statement.name}.{method.name}", method)
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield Definition(module, target.id, statement)


def reached(function: str) -> frozenset[Definition]:
    """Every definition the function's handler can reach."""
    waiting = {modules()[f"functions.{function}.handler"].definitions["build"]}
    found: set[Definition] = set()
    called: set[str] = set()
    while waiting:
        found |= waiting
        called = called.union(*(_attributes(one) for one in waiting))
        named = {other for one in waiting for other in _named(one)}
        # a class and the name of its method may come from different places, so all of both are looked at again
        waiting = (named | set(_methods(found | named, called))) - found
    return frozenset(found)


@cache
def _attributes(definition: Definition) -> frozenset[str]:
    """The names after a dot in a piece of code: methods it may call."""
    return frozenset(node.attr for node in ast.walk(definition.node) if isinstance(node, ast.Attribute))


@cache
def _named(definition: Definition) -> frozenset[Definition]:
    """What a piece of code names, directly or through a module it imports."""
    module = modules()[definition.module]
    found: set[Definition] = set()
    for node in ast.walk(definition.node):
        if isinstance(node, ast.Name):
            found.update(_resolved(module, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            target, inner = module.imports.get(node.value.id, ("", ""))
            if target in modules() and not inner:
                found.update(_resolved(modules()[target], node.attr))
    return frozenset(found)


def _resolved(module: Module, name: str) -> Iterator[Definition]:
    if name in module.definitions:
        yield module.definitions[name]
    elif name in module.imports:
        target, inner = module.imports[name]
        if target in modules() and inner:
            yield from _resolved(modules()[target], inner)


def _methods(within: set[Definition], called: set[str]) -> Iterator[Definition]:
    """Methods whose class is within reach and whose name is used, or that are called without being named."""
    for owner in within:
        for method in _of_class(owner):
            name = method.name.rpartition(".")[2]
            if name in called or name.startswith("__"):
                yield method


@cache
def _of_class(owner: Definition) -> tuple[Definition, ...]:
    """The methods of a class; none of anything else."""
    if not isinstance(owner.node, ast.Module):
        return ()
    defined = modules()[owner.module].definitions.values()
    return tuple(one for one in defined if one.name.startswith(f"{owner.name}."))
