"""Step of add_period: a deadline passed, or a step of ours failed for good. Both become states that people see."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from functions.record_timeout.settings import Settings
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.task import TaskInput, task
from ishtirak.kernel.clock import Clock
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, WaitOutcome


class TimeoutOrFailure(TaskInput):
    """Whose silence, or (`failure`) which failure. The failure is an error's name, never its message."""

    party: Party | None = None
    failure: str | None = None


class Recorded(BaseModel):
    """How it stands after all: a reply that came at the last moment counts."""

    outcome: WaitOutcome


def build(
    settings: Settings, *, clock: Clock | None = None
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    requests = RequestTable(settings.requests_table)
    time = clock or SystemClock()

    def record(step: TimeoutOrFailure) -> Recorded:
        request = requests.get(step.request_id)
        if step.party is None:
            failed = rules.record_failure(request, step.failure or "unknown", at=time.now())
            if failed is not None:
                requests.commit(failed)
            return Recorded(outcome=WaitOutcome.NEEDS_ATTENTION)
        change = waits.record_timeout(request, step.party, at=time.now())
        if change is not None:
            requests.commit(change)
            request = change.after
        return Recorded(outcome=waits.outcome_of(request, step.party))

    return task(record, takes=TimeoutOrFailure)
