"""Attributing AWS calls to the invocation that made them, and injecting faults around them."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.core.botocore_stubber import BotocoreStubber
from werkzeug.wrappers import Request

from localcloud.inline import Killed, current_invocation
from localcloud.invocations import CallLog
from localcloud.patches import Patches
from localcloud.workers import ProcessRunner

_WORKER = re.compile(r"\bapp/(w\d+)\b")
_SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([a-z0-9-]+)/")
_OBJECT_VERBS = {"GET": "GetObject", "PUT": "PutObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}


class ConnectionDropped(Exception):
    """The caller was killed: it gets no answer."""


class RecordedCalls:
    """A WSGI application between functions in processes and moto.

    Raises `ConnectionDropped` when a fault killed the caller.
    """

    def __init__(
        self, application: Callable[..., Iterable[bytes]], call_log: CallLog, runner: ProcessRunner
    ) -> None:
        self._application = application
        self._call_log = call_log
        self._runner = runner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        match = _WORKER.search(environ.get("HTTP_USER_AGENT", ""))
        worker = self._runner.worker(match[1]) if match else None
        if worker is None or worker.invocation is None:
            return self._application(environ, start_response)
        fault = self._call_log.record_call(
            worker.invocation, operation(Request(environ, populate_request=False))
        )
        if fault is None:
            return self._application(environ, start_response)
        if fault.when == "after":
            list(self._application(environ, _discard_response))
        worker.kill()
        raise ConnectionDropped


def _discard_response(*_: Any) -> Callable[[bytes], None]:
    """A `start_response` for an answer nobody is left to receive."""
    return lambda _: None


def operation(request: Request) -> str:
    """The operation a request asks for, as `dynamodb.PutItem`."""
    match = _SERVICE.search(request.headers.get("Authorization", ""))
    service = match[1] if match else "unknown"
    target = request.headers.get("X-Amz-Target")
    if target:
        return f"{service}.{target.rsplit('.', 1)[-1]}"
    if request.mimetype == "application/x-www-form-urlencoded":
        body = request.get_data(cache=True)
        request.environ["wsgi.input"] = _ReplayableBody(body)
        return f"{service}.{parse_qs(body.decode()).get('Action', ['?'])[0]}"
    if service == "s3":
        copied = "X-Amz-Copy-Source" in request.headers
        return "s3.CopyObject" if copied else f"s3.{_OBJECT_VERBS.get(request.method, request.method)}"
    return f"{service}.{request.method} {request.path}"


class _ReplayableBody:
    """A request body that was read and can be read again."""

    def __init__(self, body: bytes) -> None:
        import io

        self.read = io.BytesIO(body).read


def record_inline_calls(patches: Patches, call_log: CallLog) -> None:
    """Do the same for functions inside this process, where a call never becomes a request."""

    def intercept(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        invocation = current_invocation.get()
        if invocation is None or not stubber.enabled:
            return upstream(stubber, event_name, request, **more)
        outer = current_invocation.set(
            None
        )  # what moto itself does on behalf of the call is not the function's
        try:
            fault = call_log.record_call(invocation, event_name.removeprefix("before-send."))
            if fault is None:
                return upstream(stubber, event_name, request, **more)
            if fault.when == "after":
                upstream(stubber, event_name, request, **more)
            raise Killed(json.dumps({"call": fault.call, "when": fault.when}))
        finally:
            current_invocation.reset(outer)

    upstream = patches.replace(BotocoreStubber, "__call__", intercept)
