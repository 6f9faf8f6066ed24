"""Invocations of functions, the AWS calls each made, and the faults injected around them."""

import secrets
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Literal


def new_trace_id() -> str:
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


@dataclass(frozen=True)
class Fault:
    """Kill the function around its n-th AWS call: before it is executed, or after and before the answer."""

    function: str
    call: int
    when: Literal["before", "after"]


@dataclass
class Invocation:
    """One run of a function, and the AWS calls it made."""

    function: str
    trigger: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace_id: str = field(default_factory=new_trace_id)
    started_at: float = field(default_factory=time.time)
    calls: list[str] = field(default_factory=list)
    fault: Fault | None = None

    def summary(self) -> dict[str, Any]:
        return {
            "function": self.function,
            "trigger": self.trigger,
            "request_id": self.request_id,
            "trace_id": self.trace_id,
            "started_at": self.started_at,
            "calls": list(self.calls),
        }


class CallLog:
    """Which function made which AWS call during which invocation, and the faults armed for the next one.

    Keeps the newest 20,000 invocations.
    """

    _CAPACITY = 20_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._invocations: list[Invocation] = []
        self._armed: list[Fault] = []

    def record_invocation(self, invocation: Invocation) -> None:
        with self._lock:
            self._invocations.append(invocation)
            del self._invocations[: -self._CAPACITY]
            for fault in self._armed:
                if fault.function == invocation.function:
                    invocation.fault = fault
                    self._armed.remove(fault)
                    break

    def record_call(self, invocation: Invocation, operation: str) -> Fault | None:
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

    def clear(self) -> None:
        with self._lock:
            self._invocations.clear()

    def invocations(self, *, trace_id: str | None = None) -> list[dict[str, Any]]:
        with self._lock:
            return [one.summary() for one in self._invocations if trace_id in (None, one.trace_id)]

    def counts(self) -> dict[str, dict[str, int]]:
        """Calls by function and operation since the last `clear`."""
        counted: dict[str, dict[str, int]] = {}
        for one in self.invocations():
            by_operation = counted.setdefault(one["function"], {})
            for operation in one["calls"]:
                by_operation[operation] = by_operation.get(operation, 0) + 1
        return counted
