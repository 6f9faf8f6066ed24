"""Executions of state machines: described, timed out and stopped from outside."""

import time
from collections.abc import Iterator
from typing import Any, Final

from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeTimedOut
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

_START_SECONDS: Final = 2.0


class Executions:
    """The executions of one account and region."""

    def __init__(self, *, account: str, region: str) -> None:
        self._backend = stepfunctions_parser_backends[account][region]

    def all(self) -> Iterator[Any]:
        for machine in list(self._backend.state_machines):
            yield from list(machine.executions)

    def named(self, name: str) -> Any:
        """The newest execution of that name; KeyError when there is none."""
        found = [execution for execution in self.all() if execution.name == name]
        if not found:
            raise KeyError(name)
        return found[-1]

    def describe(self, name: str) -> dict[str, Any]:
        """Status and the states entered and left, in order."""
        execution = self.named(name)
        history = execution.to_history_output()["events"]
        return {
            "name": name,
            "status": _status(execution),
            "waiting": len(_waits(execution)),
            "error": getattr(execution, "error", None),
            "cause": getattr(execution, "cause", None),
            "states": [step for event in history if (step := _step(event))],
        }

    def expire(self, name: str) -> int:
        """Let every task the execution waits for time out now, as `States.Timeout`; how many there were."""
        waits = _waits(self.named(name))
        for endpoint in waits:
            endpoint.notify(CallbackOutcomeTimedOut(callback_id=endpoint.callback_id))
        return len(waits)

    def stop_all(self) -> None:
        """End what still runs, so that its threads do; one just started is first let begin."""
        for execution in self.all():
            limit = time.monotonic() + _START_SECONDS
            while (
                _status(execution) == "RUNNING" and not _has_started(execution) and time.monotonic() < limit
            ):
                time.sleep(0.01)
            if _status(execution) == "RUNNING" and _has_started(execution):
                execution.stop(stop_date=execution.start_date, error="LocalCloudStopped", cause=None)

    def in_flight(self) -> list[tuple[str, str, str]]:
        """Machine, name and input of each execution that has not ended."""
        return [
            (execution.state_machine_arn, execution.name, execution.execution_input)
            for execution in self.all()
            if _status(execution) == "RUNNING"
        ]

    @property
    def busy(self) -> bool:
        """Whether anything runs that is not parked on a task token."""
        return any(_status(execution) == "RUNNING" and not _waits(execution) for execution in self.all())


def _status(execution: Any) -> str:
    return str(getattr(execution.exec_status, "value", execution.exec_status))


def _has_started(execution: Any) -> bool:
    """Whether its thread got as far as having something that can be stopped or waited for."""
    return getattr(execution.exec_worker, "env", None) is not None


def _waits(execution: Any) -> list[Any]:
    if not _has_started(execution):
        return []
    pool = execution.exec_worker.env.callback_pool_manager._pool
    return [endpoint for endpoint in list(pool.values()) if not endpoint._notify_event.is_set()]


def _step(event: dict[str, Any]) -> dict[str, Any] | None:
    details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails")
    if not details:
        return None
    return {"at": str(event["timestamp"]), "event": str(event["type"]), "state": details["name"]}
