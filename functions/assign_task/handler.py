"""Step of add_period, waiting for a task token: puts the request on the desk of whoever must reply.

Calling it again with the same token changes nothing; with a new token (the state was entered anew) the new
wait replaces the old one. When it is nobody's turn any more the rule refuses (`RequestClosed`), and the
workflow reads the outcome instead of waiting.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from functions.assign_task.settings import Settings
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.task import TaskInput, task
from ishtirak.kernel.clock import Clock
from ishtirak.requests import waits
from ishtirak.requests.model import Party


class TaskAssignment(TaskInput):
    """Whom to ask, for how long at most, and the token that answers the workflow."""

    party: Party
    seconds: int
    token: str


class Assigned(BaseModel):
    """The wait that now stands."""

    asked: bool


def build(
    settings: Settings, *, clock: Clock | None = None
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    requests = RequestTable(settings.requests_table)
    time = clock or SystemClock()

    def ask(step: TaskAssignment) -> Assigned:
        now = time.now()
        change = waits.assign(
            requests.get(step.request_id),
            step.party,
            wait_id=str(uuid.uuid5(uuid.NAMESPACE_URL, step.token)),
            token=step.token,
            until=now + timedelta(seconds=step.seconds),
            at=now,
        )
        if change is not None:
            requests.commit(change)
        return Assigned(asked=change is not None)

    return task(ask, takes=TaskAssignment)
