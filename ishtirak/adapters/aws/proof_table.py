"""Proofs of decisions, kept in the Access table until they are used or old."""

from datetime import datetime

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.instants import delete_after, milliseconds
from ishtirak.factors.proofs import Proof, StepUpRequired
from ishtirak.kernel.transaction import Items


class ProofTable:
    """The `Proofs` port on the Access table. Instants that decide are milliseconds; `expires_at` only sweeps."""

    def __init__(self, table: str) -> None:
        self._table = table

    def save(self, proof: Proof) -> Items:
        item: dynamo.Item = {
            **_key(proof.id),
            "subject": proof.subject,
            "digest": proof.digest,
            "proven_by": proof.kind,
            "valid_until": milliseconds(proof.expires_at),
            "used": False,
            "expires_at": delete_after(proof.expires_at),
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)

    def consume(self, proof_id: str, *, subject: str, digest: str, now: datetime) -> Items:
        return (
            dynamo.update(
                self._table,
                _key(proof_id),
                change="SET used = :yes",
                condition="subject = :subject AND digest = :digest AND valid_until > :now AND used = :no",
                values={
                    ":yes": True,
                    ":no": False,
                    ":subject": subject,
                    ":digest": digest,
                    ":now": milliseconds(now),
                },
                refusal=StepUpRequired,
            ),
        )


def _key(proof_id: str) -> dynamo.Item:
    return {"pk": f"PROOF#{proof_id}", "sk": "PROOF"}
