"""What the files of the sweep share: they are several so that several workers sweep at once."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.faults.pieces import EVERY
from tests.faults.stepped import Stepped
from tests.faults.sweep import swept

POINTS = Path(__file__).with_name("points.json")
"""How many points each piece has at the least. A piece that saves a call gets a smaller number; nothing else may."""


def points() -> dict[str, int]:
    counted: dict[str, int] = json.loads(POINTS.read_text(encoding="utf-8"))
    return counted


def holds_whatever_breaks(
    stepped: Stepped, name: str, report: Callable[[str], None], *, every_mode: bool = False
) -> None:
    """Sweep one piece: nothing lost, nothing done twice, nothing stuck, every chain whole, no dead letter."""
    result = swept(stepped, EVERY[name], every_mode=every_mode)

    report(f"faults of {name}: {result}")
    assert result.deviations == [], "\n".join(result.deviations)
    assert result.count >= points()[name], f"{result.count} points are fewer than {POINTS.name} says"
