"""The system as it would be deployed, never older than its sources."""

from functools import cache
from pathlib import Path

from local import assembly
from tests.workers import locked

ROOT = Path(__file__).resolve().parents[2]


@cache
def current_assembly() -> Path:
    """`cdk.out`, synthesised anew when anything it is made from is younger."""
    with locked(ROOT / ".build" / "cdk.out.lock"):  # another worker may be at it
        return assembly.current_assembly()
