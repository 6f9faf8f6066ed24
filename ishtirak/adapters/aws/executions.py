"""Runs of a state machine: started once by name, answered by the token of a wait."""

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from ishtirak.adapters.clients import client

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

    def _input_of(self, name: str) -> Any:
        arn = f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"
        return json.loads(client("stepfunctions").describe_execution(executionArn=arn)["input"])
