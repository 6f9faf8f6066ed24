"""What a decision that takes two people demands of each: a fresh proof, used up with the decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from ishtirak.factors.proofs import Proofs, StepUpRequired, decision_digest
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Items

REVIEW: Final = "decide_case"
"""The act whose subject is a request; every other one is about a bill."""


class StatedDecision(Protocol):
    """A decision as somebody states it: the act, what it is about, and its content."""

    @property
    def act(self) -> str: ...

    @property
    def about_id(self) -> str: ...

    @property
    def content(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Intent:
    """A decision somebody makes, with the proof they came with, if any."""

    act: str
    proof_id: str | None
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StepUp:
    """Where proofs are demanded, and by which clock they are old."""

    proofs: Proofs
    clock: Clock

    def consume(self, intent: Intent, about_id: str, *, version: int, by: Caller) -> Items:
        """The write that uses the proof up, to be committed with the decision; `StepUpRequired` without one."""
        if intent.proof_id is None:
            raise StepUpRequired()
        return self.proofs.consume(
            intent.proof_id,
            subject=by.person_id,
            digest=decision_digest(intent.act, about_id, version=version, content=intent.content),
            now=self.clock.now(),
        )
