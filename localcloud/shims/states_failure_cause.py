"""SendTaskFailure keeps its cause.

Upstream: moto 5.2.5 reads `error` and drops `cause`, so a Catch sees why only by name. No issue known.
"""

from typing import Any

from moto.core.responses import EmptyResult
from moto.stepfunctions.responses import StepFunctionResponse

from localcloud.patches import Patches


def install(patches: Patches) -> None:
    def send_task_failure(response: Any) -> Any:
        response.stepfunction_backend.send_task_failure(
            response._get_param("taskToken"),
            error=response._get_param("error"),
            cause=response._get_param("cause"),
        )
        return EmptyResult()

    patches.replace(StepFunctionResponse, "send_task_failure", send_task_failure)
