"""Invoking a function runs it.

Upstream: moto 5.2.5 runs functions in Docker containers, or answers a fixed string when told not to. That
is its design, not a fault. Everything in moto that calls a function (Step Functions, the Invoke API) ends
in one method, and here that method hands the event to `localcloud.functions`.
"""

from typing import Any

from moto.awslambda.models import LambdaFunction

from localcloud.functions import Functions
from localcloud.patches import Patches


def install(patches: Patches, functions: Functions) -> None:
    def invoke(function: Any, body: Any, request_headers: Any, response_headers: Any) -> bytes:
        payload = body if isinstance(body, bytes) else (body or "{}").encode()
        headers = {name.lower(): value for name, value in dict(request_headers or {}).items()}
        kind = headers.get("x-amz-invocation-type", "RequestResponse")
        if kind == "Event":
            functions.invoke_async(function.function_name, payload, trigger="lambda:Event")
            return b""
        if kind == "DryRun":
            return b""
        answer = functions.invoke(function.function_name, payload, trigger="lambda:Invoke")
        if answer.error:
            response_headers["x-amz-function-error"] = answer.error
        return answer.payload

    patches.replace(LambdaFunction, "invoke", invoke)
