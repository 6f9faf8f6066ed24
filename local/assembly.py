"""The assembly of this repository: `cdk.out`, kept no older than what it is synthesised from."""

import sys
from pathlib import Path
from typing import Final

from localcloud import assembly

_ROOT: Final = Path(__file__).resolve().parent.parent
_SOURCES: Final = ("infra", "functions", "ishtirak", "workflows", "cdk.json", "requirements/lambda.txt")
ASSEMBLY: Final = _ROOT / "cdk.out"
REGION: Final = "me-south-1"
"""Where the stacks are deployed on this machine: the CDK app leaves the region to whoever deploys."""


def is_stale() -> bool:
    """Whether `cdk.out` is missing or older than anything it is synthesised from."""
    return assembly.is_stale(ASSEMBLY, sources=[_ROOT / source for source in _SOURCES])


def synthesise() -> None:
    """Write `cdk.out` again; takes about ten seconds."""
    assembly.synthesise(ASSEMBLY, command=[sys.executable, "-m", "infra.app"], run_in=_ROOT)


def current_assembly() -> Path:
    """`cdk.out`, synthesised anew when it is stale."""
    if is_stale():
        synthesise()
    return ASSEMBLY
