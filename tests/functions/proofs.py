"""Proofs of decisions, as `prove_decision` leaves them in the table."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ishtirak.factors.proofs import Proof, decision_digest
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.ids import new_id


def kept_proof(
    table: str, act: str, about_id: str, *, version: int, content: Mapping[str, Any], by: Caller, clock: Clock
) -> str:
    """The id of a fresh proof of exactly this decision, kept in the table."""
    from ishtirak.adapters.aws.proof_table import ProofTable
    from ishtirak.adapters.transaction import DynamoTransaction

    proof = Proof(
        id=new_id(),
        subject=by.person_id,
        digest=decision_digest(act, about_id, version=version, content=content),
        kind="SMS",
        expires_at=clock.now() + timedelta(seconds=120),
    )
    DynamoTransaction().commit(ProofTable(table).save(proof))
    return proof.id
