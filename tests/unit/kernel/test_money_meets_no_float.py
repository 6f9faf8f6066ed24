"""No float anywhere near money: neither in the code that computes it nor in the tables it reads."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import ishtirak

ROOT = Path(ishtirak.__file__).parent
COMPUTES_MONEY = [
    ROOT / "kernel" / "money.py",
    ROOT / "kernel" / "months.py",
    ROOT / "kernel" / "periods.py",
    ROOT / "kernel" / "wage.py",
    *sorted((ROOT / "statute").glob("*.py")),
    *sorted((ROOT / "billing").glob("*.py")),
]
TABLES = [
    *sorted((ROOT / "statute" / "tables").glob("*.json")),
    *sorted((ROOT / "billing" / "tables").glob("*.json")),
]
INEXACT = {"float", "round", "math", "statistics", "random", "numpy"}


def inexact(source: str) -> Iterator[str]:
    """Every place of the source at which a float could come in."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=float() | complex()):
                yield f"line {node.lineno}: the literal {ast.unparse(node)}"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()) if not _joins_paths(node):
                yield f"line {node.lineno}: true division"
            case ast.Name(id=name) if name in INEXACT:
                yield f"line {node.lineno}: {name}"
            case ast.Import(names=names) if INEXACT & {alias.name.split(".")[0] for alias in names}:
                yield f"line {node.lineno}: an inexact import"
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in INEXACT:
                yield f"line {node.lineno}: an inexact import"
            case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp()):
                yield f"line {node.lineno}: a negative power"


def _joins_paths(node: ast.BinOp | ast.AugAssign) -> bool:
    """The table loader's `folder / "name"`: an operand that is a text cannot be divided."""
    operand = node.right if isinstance(node, ast.BinOp) else node.value
    return isinstance(operand, ast.JoinedStr) or (
        isinstance(operand, ast.Constant) and isinstance(operand.value, str)
    )


def test_there_is_code_and_there_are_tables_to_look_at() -> None:
    assert len(COMPUTES_MONEY) > 20
    assert len(TABLES) > 15


@pytest.mark.parametrize("path", COMPUTES_MONEY, ids=lambda path: path.stem)
def test_no_float_in_the_code_that_computes_money(path: Path) -> None:
    assert list(inexact(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_no_float_in_the_tables(path: Path) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(f"{path.name} holds {text}")

    json.loads(path.read_text("utf-8"), parse_float=refuse, parse_constant=refuse)


@pytest.mark.parametrize(
    "source",
    [
        "rate = 0.095",
        "half = wage / 2",
        "wage /= 2",
        "float(wage)",
        "round(wage)",
        "import math",
        "from math import ceil",
        "x = 10 ** -2",
        "1j",
    ],
)
def test_the_check_sees_every_way_in(source: str) -> None:
    assert len(list(inexact(source))) >= 1
