"""A deployed function, and what happens when it is invoked: whoever runs it, however it ends."""

import json
import re
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

_NAME = re.compile(r":function:([^:/]+)")


def new_trace_id() -> str:
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


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


@dataclass
class Invocation:
    """One run of a function, and the AWS calls it made."""

    function: str
    trigger: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace_id: str = field(default_factory=new_trace_id)
    started_at: float = field(default_factory=time.time)
    calls: list[str] = field(default_factory=list)
    fault: "Fault | None" = None

    def summary(self) -> dict[str, Any]:
        return {
            "function": self.function,
            "trigger": self.trigger,
            "request_id": self.request_id,
            "trace_id": self.trace_id,
            "started_at": self.started_at,
            "calls": list(self.calls),
        }


@dataclass(frozen=True)
class Fault:
    """Kill the function around its n-th AWS call: before it is executed, or after and before the answer."""

    function: str
    call: int
    when: str  # "before" | "after"


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

    def __init__(self, functions: Mapping[str, Function], runner: Runner, ledger: "Ledger") -> None:
        self._functions = functions
        self._runner = runner
        self._ledger = ledger
        self._later = ThreadPoolExecutor(max_workers=8, thread_name_prefix="async-invoke")
        self._pending = 0
        self._running = 0
        self._lock = threading.Lock()
        self.on_lost: Callable[[Function, bytes, Answer], None] | None = None

    def names(self) -> list[str]:
        return sorted(self._functions)

    def resolve(self, name_or_arn: str) -> Function:
        """The function meant by a name, an ARN, a version's or an alias's ARN, or an integration URI.

        A short name such as `submit_request` is understood too: the one function of that package.
        """
        match = _NAME.search(name_or_arn)
        name = match[1] if match else name_or_arn.split(":", maxsplit=1)[0]
        if name in self._functions:
            return self._functions[name]
        meant = [one for one in self._functions.values() if name in one.handler.split(".")]
        if len(meant) != 1:
            raise KeyError(f"no function {name_or_arn!r}; there are {', '.join(self.names())}")
        return meant[0]

    def invoke(
        self, name_or_arn: str, payload: bytes, *, trigger: str, trace_id: str | None = None
    ) -> Answer:
        """Run the function and wait for its answer."""
        function = self.resolve(name_or_arn)
        invocation = Invocation(function.name, trigger, trace_id=trace_id or new_trace_id())
        self._ledger.opened(invocation)
        with self._lock:
            self._running += 1
        try:
            return self._runner.run(function, invocation, payload)
        finally:
            with self._lock:
                self._running -= 1

    def invoke_later(self, name_or_arn: str, payload: bytes, *, trigger: str) -> None:
        """An `Event` invocation: answered at once, retried twice, then its dead-letter target."""
        with self._lock:
            self._pending += 1
        self._later.submit(self._keep_trying, name_or_arn, payload, trigger)

    def _keep_trying(self, name_or_arn: str, payload: bytes, trigger: str) -> None:
        try:
            for attempt in range(3):
                answer = self.invoke(name_or_arn, payload, trigger=trigger)
                if answer.error is None:
                    return
                time.sleep(0.5 * (attempt + 1))
            if self.on_lost is not None:
                self.on_lost(self.resolve(name_or_arn), payload, answer)
        finally:
            with self._lock:
                self._pending -= 1

    @property
    def busy(self) -> bool:
        """Whether any function runs or is to run; a workflow may wait for somebody while its step still runs."""
        return self._pending > 0 or self._running > 0

    def close(self) -> None:
        self._later.shutdown(wait=False, cancel_futures=True)


class Ledger:
    """Which function made which AWS call during which invocation, and the faults armed for the next one."""

    _KEPT = 20_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._invocations: list[Invocation] = []
        self._armed: list[Fault] = []

    def opened(self, invocation: Invocation) -> None:
        with self._lock:
            self._invocations.append(invocation)
            del self._invocations[: -self._KEPT]
            for fault in self._armed:
                if fault.function == invocation.function:
                    invocation.fault = fault
                    self._armed.remove(fault)
                    break

    def called(self, invocation: Invocation, operation: str) -> Fault | None:
        """Count a call; the fault to inject around it, if this is the call one was armed for."""
        with self._lock:
            invocation.calls.append(operation)
            fault = invocation.fault
            if fault is None or fault.call != len(invocation.calls):
                return None
            invocation.fault = None
            return fault

    def arm(self, fault: Fault) -> None:
        with self._lock:
            self._armed.append(fault)

    def disarm(self) -> None:
        with self._lock:
            self._armed.clear()

    def forget(self) -> None:
        with self._lock:
            self._invocations.clear()

    def invocations(self, *, trace_id: str | None = None) -> list[dict[str, Any]]:
        with self._lock:
            return [one.summary() for one in self._invocations if trace_id in (None, one.trace_id)]

    def counts(self) -> dict[str, dict[str, int]]:
        """Calls by function and operation since the last `forget`."""
        counted: dict[str, dict[str, int]] = {}
        for one in self.invocations():
            by_operation = counted.setdefault(one["function"], {})
            for operation in one["calls"]:
                by_operation[operation] = by_operation.get(operation, 0) + 1
        return counted
