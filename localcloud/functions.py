"""Deployed functions, and what an invocation of one answers, whoever runs it and however it ends."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from localcloud.accepted_work import AcceptedWork
from localcloud.invocations import CallLog, Invocation, new_trace_id
from localcloud.journal import Journal

_NAME = re.compile(r":function:([^:/]+)")
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Function:
    """A function as the template describes it."""

    name: str
    arn: str
    root: Path
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    log_format: str = "Text"
    concurrency: int | None = None
    dead_letter_arn: str | None = None


@dataclass(frozen=True)
class Answer:
    """What an invocation gave back: a payload, and an error type when it is one."""

    payload: bytes
    error: str | None = None

    @property
    def timed_out(self) -> bool:
        return self.error is not None and b"Sandbox.Timedout" in self.payload

    def json(self) -> Any:
        return json.loads(self.payload or b"null")


def failed(error_type: str, message: str) -> Answer:
    """The error JSON the service itself writes when the function could not."""
    return Answer(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), "Unhandled")


def timed_out(invocation: Invocation, seconds: float) -> Answer:
    return failed(
        "Sandbox.Timedout",
        f"RequestId: {invocation.request_id} Error: Task timed out after {seconds:.2f} seconds",
    )


def exited(invocation: Invocation) -> Answer:
    return failed("Runtime.ExitError", f"RequestId: {invocation.request_id} Error: Runtime exited")


class Runner(Protocol):
    """Runs functions: in processes of their own, or inline."""

    def run(self, function: Function, invocation: Invocation, payload: bytes) -> Answer: ...
    def close(self) -> None: ...


class Functions:
    """The functions of one cloud, called by name or ARN."""

    def __init__(
        self, functions: Mapping[str, Function], runner: Runner, call_log: CallLog, journal: Journal
    ) -> None:
        self._functions = functions
        self._runner = runner
        self._call_log = call_log
        self._invocations = AcceptedWork("invocation", self._run_with_retries, journal=journal)
        self._running = 0
        self._lock = threading.Condition()
        self.on_failure: Callable[[Function, bytes, Answer], None] | None = None

    def names(self) -> list[str]:
        return sorted(self._functions)

    def resolve(self, name_or_arn: str) -> Function:
        """The function meant by a name, an ARN, a version's or an alias's ARN, or an integration URI.

        A short name is understood too: a part of the handler's path that only one function has.
        """
        match = _NAME.search(name_or_arn)
        name = match[1] if match else name_or_arn.split(":", maxsplit=1)[0]
        if name in self._functions:
            return self._functions[name]
        matches = [one for one in self._functions.values() if name in one.handler.split(".")]
        if len(matches) != 1:
            raise KeyError(f"no function {name_or_arn!r}; there are {', '.join(self.names())}")
        return matches[0]

    def invoke(
        self, name_or_arn: str, payload: bytes, *, trigger: str, trace_id: str | None = None
    ) -> Answer:
        """Run the function and wait for its answer; an error once the cloud is being stopped."""
        function = self.resolve(name_or_arn)
        invocation = Invocation(function.name, trigger, trace_id=trace_id or new_trace_id())
        with self._lock:
            if self._invocations.stopping.is_set():
                return failed("LocalCloudStopped", "the local cloud is being stopped")
            self._running += 1
        self._call_log.record_invocation(invocation)
        try:
            return self._runner.run(function, invocation, payload)
        finally:
            with self._lock:
                self._running -= 1
                self._lock.notify_all()

    def invoke_async(self, name_or_arn: str, payload: bytes, *, trigger: str) -> None:
        """An `Event` invocation: answered at once, retried twice, then its dead-letter target."""
        self._invocations.accept(name_or_arn, payload, trigger)

    def resume(self, name: str, what: tuple[str, bytes, str]) -> None:
        """Run what was accepted under that name by the cloud these data were kept of."""
        self._invocations.resume(name, what)

    def _run_with_retries(self, name_or_arn: str, payload: bytes, trigger: str) -> None:
        for attempt in range(3):
            answer = self.invoke(name_or_arn, payload, trigger=trigger)
            if answer.error is None:
                return
            if self._invocations.stopping.wait(0.5 * (attempt + 1)):
                return
        if self.on_failure is not None:
            self.on_failure(self.resolve(name_or_arn), payload, answer)

    @property
    def busy(self) -> bool:
        """Whether any function runs or is to run; a workflow may be waiting while its step still runs."""
        return self._invocations.busy or self._running > 0

    def stop(self) -> None:
        """Begin no more invocations; those that run go on."""
        with self._lock:
            self._invocations.stop()

    def close(self) -> None:
        """Stop, and wait a while for what runs: it is not to go on in the next cloud of this process."""
        self.stop()
        self._invocations.close(wait=False)
        with self._lock:
            self._lock.wait_for(lambda: self._running == 0, timeout=_PATIENCE_SECONDS)
