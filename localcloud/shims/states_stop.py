"""A stopped execution has ended.

Upstream: moto 5.2.5 notes that an execution is to stop and leaves it running while it waits for a task token, which may
be for ever. No issue known. Here: it is `ABORTED` at once, and its wait is woken, so that its thread ends.
"""

from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from localcloud.patches import Patches


def install(patches: Patches) -> None:
    def stop(execution: Any, stop_date: Any, error: str | None, cause: str | None) -> None:
        if execution.exec_status is not ExecutionStatus.RUNNING:
            return
        upstream_stop(execution, stop_date, error, cause)
        execution.stop_date, execution.error, execution.cause = stop_date, error, cause
        execution.exec_status = ExecutionStatus.ABORTED
        for wait in list(execution.exec_worker.env.callback_pool_manager._pool.values()):
            wait.interrupt_all()

    def reflect(communication: Any) -> None:
        """What a thread that was woken to end makes of the end is not how the execution ended."""
        if communication.execution.exec_status is not ExecutionStatus.ABORTED:
            upstream_reflect(communication)

    upstream_stop = patches.replace(Execution, "stop", stop)
    upstream_reflect = patches.replace(BaseExecutionWorkerCommunication, "_reflect_execution_status", reflect)
