"""What record_timeout takes and gives."""

from typing import Self

from pydantic import BaseModel

from ishtirak.edge.task import TaskInput
from ishtirak.requests.model import Party, WaitOutcome
from ishtirak.requests.waits import NextWaits
from ishtirak.use_cases.record_timeout_or_failure import EndedWait


class TimeoutOrFailure(TaskInput):
    """Whose deadline passed, or (`failure`) which step failed. The failure is an error's name, never its message."""

    party: Party | None = None
    failure: str | None = None


class Recorded(BaseModel):
    """How it stands after all: a reply that came at the last moment counts. And the waits that may begin now."""

    outcome: WaitOutcome
    waits: NextWaits

    @classmethod
    def of(cls, ended: EndedWait) -> Self:
        return cls(outcome=ended.outcome, waits=ended.waits)
