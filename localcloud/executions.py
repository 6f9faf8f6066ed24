"""Executions of state machines: described, timed out and stopped from outside."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Final

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeTimedOut
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

RUNNING: Final = "RUNNING"
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
            while _status(execution) == RUNNING and not _has_started(execution) and time.monotonic() < limit:
                time.sleep(0.01)
            if _status(execution) == RUNNING and _has_started(execution):
                execution.stop(stop_date=execution.start_date, error="LocalCloudStopped", cause=None)

    def in_flight(self) -> list[str]:
        """The names of the executions that have not ended."""
        return [execution.name for execution in self.all() if _status(execution) == RUNNING]

    @property
    def machines(self) -> set[str]:
        """The ARNs of the state machines there are."""
        return {machine.arn for machine in self._backend.state_machines}

    def restore(self, machine_arn: str, name: str, kept: dict[str, Any]) -> None:
        """Put back an execution that had ended, so that its name stays taken and it can be described."""
        machine: Any = self._backend.describe_state_machine(machine_arn)
        execution = Execution(
            name=name,
            sm_type=machine.sm_type,
            role_arn=machine.roleArn,
            exec_arn=f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}",
            account_id=self._backend.account_id,
            region_name=self._backend.region_name,
            state_machine=machine,
            start_date=kept["started"],
            cloud_watch_logging_session=None,
            activity_store={},
            input_data=kept["input"],
        )
        execution.exec_status = ExecutionStatus(kept["status"])
        for field in ("output", "error", "cause"):
            setattr(execution, field, kept[field])
        execution.stop_date = kept["stopped"]
        execution.exec_worker = _over(kept["history"])
        machine.executions.append(execution)

    @property
    def busy(self) -> bool:
        """Whether anything runs that is not parked on a task token."""
        return any(_status(execution) == RUNNING and not _waits(execution) for execution in self.all())


def kept_form(execution: Any) -> dict[str, Any]:
    """What is kept of an execution: enough to start it again, or to say how it ended."""
    status = _status(execution)
    history = execution.to_history_output()["events"] if status != RUNNING else []
    return {
        "status": status,
        "input": execution.execution_input,
        "started": execution.start_date,
        "stopped": execution.stop_date,
        "output": execution.output,
        "error": execution.error,
        "cause": execution.cause,
        "history": [event for event in history if _step(event)],
    }


def _over(history: list[dict[str, Any]]) -> Any:
    """What stands where the threads of an execution were: nobody waits in it, and its history is known."""
    return SimpleNamespace(
        env=SimpleNamespace(
            event_manager=SimpleNamespace(get_event_history=lambda: history),
            callback_pool_manager=SimpleNamespace(
                _pool={}, notify=lambda **_: False, heartbeat=lambda **_: False
            ),
            map_run_record_pool_manager=SimpleNamespace(get=lambda _: None, get_all=list),
        )
    )


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
