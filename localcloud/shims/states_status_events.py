"""An execution that begins or ends is an event on the default bus.

Upstream: moto 5.2.5 tells nobody when an execution changes its status. No issue known. Here: "Step Functions Execution
Status Change" from `aws.states`, in the envelope AWS documents, to the rules of the default bus.
"""

import uuid
from collections.abc import Callable
from typing import Any

from moto.core.utils import unix_time
from moto.events.models import events_backends
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from localcloud.patches import Patches


def install(patches: Patches) -> None:
    def start(execution: Any) -> None:
        upstream_start(execution)
        send(execution, status="RUNNING")

    def reflect(communication: Any) -> None:
        _ending(communication.execution, lambda: upstream_reflect(communication))

    def stop(execution: Any, *given: Any, **named: Any) -> None:
        _ending(execution, lambda: upstream_stop(execution, *given, **named))

    upstream_start = patches.replace(Execution, "start", start)
    upstream_stop = patches.replace(Execution, "stop", stop)
    upstream_reflect = patches.replace(BaseExecutionWorkerCommunication, "_reflect_execution_status", reflect)


def _ending(execution: Any, end: Callable[[], None]) -> None:
    """Tell of an end once: a stopped execution ends before its thread does."""
    before = execution.status
    end()
    if execution.status != before:
        send(execution, status=execution.status)


def send(execution: Any, *, status: str) -> None:
    buses = events_backends[execution.account_id][execution.region_name].event_buses
    event: Any = envelope(execution, status=status)
    for rule in list(buses["default"].rules.values()):
        rule.send_to_targets(event, False)


def envelope(execution: Any, *, status: str) -> dict[str, Any]:
    """The event as AWS documents it; times are milliseconds since the epoch."""
    ended = status != "RUNNING"
    output = getattr(execution, "output", None) if status == "SUCCEEDED" else None
    detail = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date) if ended else None,
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "output": None if output is None else _text(output),
        "outputDetails": {"included": True} if output is not None else None,
        "error": execution.error if ended else None,
        "cause": execution.cause if ended else None,
    }
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": execution.account_id,
        "time": unix_time(),
        "region": execution.region_name,
        "resources": [execution.exec_arn],
        "detail": detail,
    }


def _milliseconds(moment: Any) -> int:
    return int(moment.timestamp() * 1000)


def _text(output: Any) -> str:
    from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

    text: str = to_json_str(output, separators=(",", ":"))
    return text
