"""The system as it would be deployed, never older than its sources."""

from functools import cache
from pathlib import Path

from local import assembly

ROOT = Path(__file__).resolve().parents[2]


@cache
def current_assembly() -> Path:
    """`cdk.out`, synthesised anew when anything it is made from is younger."""
    return assembly.current_assembly()
