"""What record_timeout takes and gives."""

from typing import Self

from pydantic import BaseModel

from ishtirak.edge.task import TaskInput
from ishtirak.requests.model import Party, WaitOutcome


class TimeoutOrFailure(TaskInput):
    """Whose deadline passed, or (`failure`) which step failed. The failure is an error's name, never its message."""

    party: Party | None = None
    failure: str | None = None


class Recorded(BaseModel):
    """How it stands after all: a reply that came at the last moment counts."""

    outcome: WaitOutcome

    @classmethod
    def of(cls, outcome: WaitOutcome) -> Self:
        return cls(outcome=outcome)
