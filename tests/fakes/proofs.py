"""In-memory fake of the Access table's proofs, and one for tests that are about something else."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ishtirak.factors.proofs import Proof, StepUpRequired
from ishtirak.kernel.transaction import NO_ITEMS, Items
from tests.fakes.transaction import Write

A_PROOF: Final = "0f0f0f0f-0000-4000-8000-000000000001"
"""The id of a proof, for where any one will do."""


@dataclass
class InMemoryProofs:
    """`Proofs` in a dictionary."""

    proofs: dict[str, Proof] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def save(self, proof: Proof) -> Items:
        def apply() -> None:
            self.proofs[proof.id] = proof

        return (Write.when(lambda: proof.id not in self.proofs, apply),)

    def consume(self, proof_id: str, *, subject: str, digest: str, now: datetime) -> Items:
        def check() -> None:
            found = self.proofs.get(proof_id)
            good = found is not None and (found.subject, found.digest) == (subject, digest)
            if found is None or not good or now >= found.expires_at or proof_id in self.used:
                raise StepUpRequired()

        return (Write(check, lambda: self.used.add(proof_id)),)


class AnyProof(InMemoryProofs):
    """Takes whatever proof is given: proofs are tested elsewhere, over the real table and HTTP."""

    def consume(self, proof_id: str, *, subject: str, digest: str, now: datetime) -> Items:
        return NO_ITEMS
