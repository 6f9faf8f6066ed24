"""The sweep covers everything there is, so what is added is swept or noticed."""

import json
from pathlib import Path

from tests.faults.pieces import EVERY
from tests.faults.swept_pieces import points
from tests.flows.assembly import ROOT

ENOUGH = 1_500


def operations() -> dict[str, str]:
    """Every operation of the API, and the function that answers it."""
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
    return {
        operation["operationId"]: operation["x-ishtirak-function"]
        for path in document["paths"].values()
        for verb, operation in path.items()
        if verb != "parameters" and "x-ishtirak-function" in operation
    }


def functions() -> set[str]:
    return {folder.name for folder in Path(ROOT / "functions").iterdir() if (folder / "handler.py").exists()}


def test_every_operation_and_every_other_function_has_a_piece_of_work() -> None:
    asked = operations()
    expected = asked | {name: name for name in functions() - set(asked.values())}

    swept = {name.partition(":")[0]: piece.function for name, piece in EVERY.items()}

    assert swept == expected


def test_every_function_is_swept() -> None:
    assert {piece.function for piece in EVERY.values()} == functions()


def test_the_points_are_counted_for_every_piece_and_are_many() -> None:
    counted = points()

    assert counted.keys() == EVERY.keys()
    assert sum(counted.values()) >= ENOUGH
