"""Runs of a state machine: started once by name, answered by the token of a wait."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from ishtirak.adapters.clients import client
from ishtirak.adapters.dynamo import unavailable_when_lost
from ishtirak.requests.runs import RunStatus

_STATUSES: Final = {status.value: status for status in RunStatus}
_NOT_RUNNING: Final = frozenset({"ExecutionDoesNotExist", "ValidationException"})
_OVER: Final = frozenset({"TaskTimedOut", "InvalidToken", "TaskDoesNotExist"})


class OtherInput(Exception):
    """A run of this name was started for something else.

    Two requests cannot share an id, so this is a defect.
    """


class Executions:
    """The `WorkflowRuns` port on one state machine."""

    def __init__(self, state_machine_arn: str) -> None:
        self._arn = state_machine_arn

    def start(self, name: str, *, given: Mapping[str, Any]) -> bool:
        """A closed run keeps its name for 90 days, so a late second start does nothing either."""
        try:
            client("stepfunctions").start_execution(
                stateMachineArn=self._arn, name=name, input=json.dumps(dict(given))
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
            if self._input_of(name) != dict(given):
                raise OtherInput(name) from None
            return False
        return True

    def answer(self, token: str, output: Mapping[str, Any]) -> bool:
        try:
            client("stepfunctions").send_task_success(taskToken=token, output=json.dumps(dict(output)))
        except ClientError as error:
            if error.response["Error"]["Code"] not in _OVER:
                raise
            return False
        return True

    def status(self, name: str) -> RunStatus | None:
        try:
            with unavailable_when_lost():
                found = client("stepfunctions").describe_execution(executionArn=self._execution(name))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise
            return None
        return _STATUSES.get(found["status"], RunStatus.RUNNING)

    def running(self) -> Iterator[str]:
        request = {"stateMachineArn": self._arn, "statusFilter": "RUNNING", "maxResults": 1000}
        while True:
            with unavailable_when_lost():
                page = client("stepfunctions").list_executions(**request)
            yield from (execution["name"] for execution in page["executions"])
            if not page.get("nextToken"):
                return
            request["nextToken"] = page["nextToken"]

    def stop(self, name: str) -> None:
        """What has ended is left as it is: Step Functions says nothing of it, or that it is not there."""
        try:
            with unavailable_when_lost():
                client("stepfunctions").stop_execution(
                    executionArn=self._execution(name), error="RunStoodStill"
                )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_RUNNING:
                raise

    def _execution(self, name: str) -> str:
        return f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"

    def _input_of(self, name: str) -> Any:
        found = client("stepfunctions").describe_execution(executionArn=self._execution(name))
        return json.loads(found["input"])
