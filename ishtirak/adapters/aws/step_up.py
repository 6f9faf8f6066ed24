"""Where proofs of decisions are demanded, over one table."""

from ishtirak.adapters.aws.proof_table import ProofTable
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.step_up import StepUp


def step_up_on(table: str, *, clock: Clock) -> StepUp:
    """With the proofs in the table `Access`."""
    return StepUp(ProofTable(table), clock)
