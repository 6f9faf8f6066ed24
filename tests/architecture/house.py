"""What the structure is measured by. `python -m tests.architecture.house` prints the figures."""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from tests.architecture.sources import PRODUCT, ROOT, functions_of, length, sources, text, tree

LONGEST_HANDLER: Final = 40
LONGEST_BUILD: Final = 20
LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 60
#: What every folder of `functions` holds, and nothing else.
FOLDER: Final = {"__init__.py", "settings.py", "model.py", "handler.py", "main.py", "events"}
#: Capabilities that stand on another one, and on which.
STANDS_ON: Final = {"billing": {"register", "statute"}, "reviews": {"requests"}}
CAPABILITIES: Final = {
    "billing",
    "certificates",
    "contracts",
    "delegations",
    "disclosure",
    "documents",
    "factors",
    "logins",
    "messages",
    "officials",
    "otp",
    "privacy",
    "register",
    "requests",
    "reviews",
    "sessions",
    "statute",
    "webhooks",
}

_BRANCHES = (ast.If, ast.For, ast.While, ast.Try, ast.Match, ast.IfExp, ast.With, ast.comprehension)


def function_names() -> list[str]:
    """Every function, by its folder."""
    return sorted(path.parts[1] for path in sources("functions") if path.name == "main.py")


def handler(function: str) -> Path:
    return Path("functions", function, "handler.py")


def lines(path: Path) -> int:
    return len(text(path).splitlines())


def build(function: str) -> ast.FunctionDef | None:
    """What wires the function, if it is where it should be."""
    found = (node for node in tree(handler(function)).body if isinstance(node, ast.FunctionDef))
    return next((node for node in found if node.name == "build"), None)


def branches(path: Path) -> list[str]:
    """Where the module decides or repeats something. What stands in for an absent argument (`clock or …`) decides
    nothing.
    """
    found = []
    for node in ast.walk(tree(path)):
        default = (
            isinstance(node, ast.BoolOp)
            and isinstance(node.op, ast.Or)
            and isinstance(node.values[0], ast.Name)
        )
        if isinstance(node, _BRANCHES) or (isinstance(node, ast.BoolOp) and not default):
            found.append(f"{path}:{getattr(node, 'lineno', '?')} {type(node).__name__}")
    return found


def use_cases() -> dict[str, Path]:
    """Every public function of `use_cases`, and its module."""
    return {
        node.name: path
        for path in sources("ishtirak/use_cases")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def called_by(function: str) -> list[str]:
    """The use cases a handler names; a class is what one of them takes."""
    return sorted(
        alias.name
        for node in tree(handler(function)).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ishtirak.use_cases")
        for alias in node.names
        if alias.name.islower()
    )


def workers() -> list[str]:
    """The functions nobody calls over HTTP: steps of a workflow, readers of queues and streams."""
    answering = {operation["x-ishtirak-function"] for operation in operations().values()}
    return [name for name in function_names() if name not in answering]


def worked() -> set[str]:
    """The use cases workers hand their messages to."""
    return {name for function in workers() for name in called_by(function)}


def tested_in_memory(use_case: str) -> bool:
    """Whether unit tests, or the fakes they are written with, name it beyond importing it."""
    return any(
        (isinstance(node, ast.Name) and node.id == use_case)
        or (isinstance(node, ast.Attribute) and node.attr == use_case)
        for path in sources("tests/unit", "tests/fakes")
        for node in ast.walk(tree(path))
    )


def operations() -> dict[str, dict[str, str]]:
    """Every operation of the OpenAPI document, by its id."""
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
    return {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
        if "operationId" in operation
    }


def long_files() -> dict[str, int]:
    counted = {path.as_posix(): lines(path) for path in sources(*PRODUCT)}
    return {path: count for path, count in counted.items() if count > LONGEST_FILE}


def long_functions() -> dict[str, int]:
    return {
        f"{path}:{node.name}": length(node)
        for path in sources(*PRODUCT)
        for node in functions_of(path)
        if length(node) > LONGEST_FUNCTION
    }


def unformatted() -> list[str]:
    """Where the formatter is switched off."""
    marker = "fmt: " + "skip"
    return [
        path.as_posix() for path in sources(*PRODUCT) for line in text(path).splitlines() if marker in line
    ]


def imported(path: Path) -> Iterator[str]:
    """The packages of `ishtirak` a module imports from."""
    for node in ast.walk(tree(path)):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (
            parts[1] for module in modules if (parts := module.split("."))[0] == "ishtirak" and parts[1:]
        )


def figures() -> dict[str, str]:
    """What can be said in one number each."""
    handlers = [lines(handler(name)) for name in function_names() if (ROOT / handler(name)).exists()]
    builds = [length(found) for name in function_names() if (found := build(name)) is not None]
    addressed = [name for name in operations() if name in use_cases()]
    files = {path.as_posix(): lines(path) for path in sources(*PRODUCT)}
    functions = {
        f"{path}:{node.name}": length(node) for path in sources(*PRODUCT) for node in functions_of(path)
    }
    longest_file, longest_function = (
        max(files, key=files.__getitem__),
        max(functions, key=functions.__getitem__),
    )
    return {
        "operations that are a use case": f"{len(addressed)} of {len(operations())}",
        "workers that are a use case": f"{sum(bool(called_by(name)) for name in workers())} of {len(workers())}",
        "use cases": str(len(use_cases())),
        "handlers": f"{len(handlers)}, median {median(handlers):g} lines, longest {max(handlers)}",
        "build": f"median {median(builds):g} lines, longest {max(builds)}",
        "branches in handlers": str(sum(len(branches(handler(name))) for name in function_names())),
        "longest file": f"{files[longest_file]} lines, {longest_file}; {len(long_files())} over {LONGEST_FILE}",
        "longest function": f"{functions[longest_function]} lines, {longest_function}; "
        f"{len(long_functions())} over {LONGEST_FUNCTION}",
        "fmt: " + "skip": str(len(unformatted())),
    }


def report() -> str:
    """The figures, one a line."""
    return "".join(f"{name:32} {figure}\n" for name, figure in figures().items())


if __name__ == "__main__":
    sys.stdout.write(report())
