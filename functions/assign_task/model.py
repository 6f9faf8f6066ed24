"""What assign_task takes and gives."""

from typing import Self

from pydantic import BaseModel

from ishtirak.edge.task import TaskInput
from ishtirak.kernel.dates import Moment
from ishtirak.requests.model import Party


class TaskAssignment(TaskInput):
    """Whom to assign the request to, until when at most, and the token that answers the workflow."""

    party: Party
    until: Moment
    token: str


class Assigned(BaseModel):
    """Whether a wait was opened; one that stands already is not opened again."""

    asked: bool

    @classmethod
    def of(cls, asked: bool) -> Self:
        return cls(asked=asked)
