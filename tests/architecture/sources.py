"""The sources of the product, as the tests of its architecture read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("ishtirak", "functions", "infra", "local", "localcloud", "tools", "bench")


def sources(*tops: str) -> list[Path]:
    """Every Python file under those folders, relative to the repository; a folder that is not there has none."""
    found = [path for top in tops for path in (ROOT / top).rglob("*.py") if "__pycache__" not in path.parts]
    return sorted(path.relative_to(ROOT) for path in found)


@cache
def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, however deep."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Its lines, from the first decorator or the `def` to the last."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return (node.end_lineno or first) - first + 1
