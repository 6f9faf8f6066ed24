"""An execution has a name and a start time that can be read.

Upstream: moto 5.2.5 calls every unnamed execution "None", so the second one fails with
`ExecutionAlreadyExists`, and keeps `Execution.StartTime` as a datetime, so an execution that passes it on
can not be described (`Object of type datetime is not JSON serializable`). No issue known. Here: a unique
name, and the time as text.
"""

import uuid
from typing import Any

from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from localcloud.patches import Patches


def install(patches: Patches) -> None:
    def start_execution(
        backend: Any, state_machine_arn: str, name: str | None = None, *rest: Any, **more: Any
    ) -> Any:
        return upstream_start(backend, state_machine_arn, name or str(uuid.uuid4()), *rest, **more)

    def environment(worker: Any) -> Any:
        made = upstream_environment(worker)
        execution = made.states.context_object.context_object_data["Execution"]
        started = execution["StartTime"]
        if not isinstance(started, str):
            execution["StartTime"] = started.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        return made

    upstream_start = patches.replace(StepFunctionsParserBackend, "start_execution", start_execution)
    upstream_environment = patches.replace(ExecutionWorker, "_get_evaluation_environment", environment)
