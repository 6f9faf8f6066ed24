"""A fresh proof for one decision: who decides has just shown a factor, for exactly what is decided.

It stands apart from the factors themselves, so that whoever consumes one needs to know neither codes nor keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic_core import to_jsonable_python

from ishtirak.kernel.canonical import digest
from ishtirak.kernel.errors import Denied
from ishtirak.kernel.transaction import Items


class StepUpRequired(Denied):
    """A decision that takes two people takes a fresh proof of each.

    There is none, or it is old, used, somebody else's, or of another decision. Nobody learns which.
    """

    code = "step_up_required"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """إثبات الهوية لقرار.

    `digest` names the exact decision. It is good once, for `subject`, until `expires_at`.
    """

    id: str
    subject: str
    digest: str
    kind: str
    expires_at: datetime


class Proofs(Protocol):
    """Where proofs are kept until they are used."""

    def save(self, proof: Proof) -> Items:
        """The write of a new proof."""

    def consume(self, proof_id: str, *, subject: str, digest: str, now: datetime) -> Items:
        """The write that uses a proof up, only if it is this person's, of this decision, and neither old nor used.

        Their refusal is `StepUpRequired`.
        """


def decision_digest(act: str, about_id: str, *, version: int, content: Mapping[str, Any]) -> str:
    """What a proof is bound to: the act, the thing at the version it was read at, and what is decided, to the letter.

    What was left out and what is absent are the same decision.
    """
    stated = {name: value for name, value in content.items() if value is not None}
    return digest(
        to_jsonable_python({"act": act, "about_id": about_id, "version": version, "content": stated})
    )
