"""The system as it would be deployed, never older than its sources."""

from functools import cache
from pathlib import Path

from local.assembly import is_stale, synthesise
from tests.workers import locked

ROOT = Path(__file__).resolve().parents[2]


@cache
def current_assembly() -> Path:
    """`cdk.out`, synthesised anew when anything it is made from is younger."""
    folder = ROOT / "cdk.out"
    with locked(ROOT / ".build" / "cdk.out.lock"):  # another worker may be at it
        if is_stale(folder, ROOT):
            synthesise(folder, ROOT)
    return folder
