"""Breaks single AWS calls of one function, at the one place every call of boto3 passes on moto."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from ishtirak.adapters.agencies.outbound import Outbound
from localcloud.inline import Killed, current_invocation
from localcloud.invocations import Invocation


class Mode(StrEnum):
    """The ways a call goes wrong, as the function meets them."""

    KILL_BEFORE = "kill_before"
    """The process dies before the request leaves."""
    KILL_AFTER = "kill_after"
    """The process dies once the request is done, before it learns of it."""
    NET_BEFORE = "net_before"
    """No connection, once."""
    NET_AFTER = "net_after"
    """Done, but the answer is lost; the SDK asks again."""
    THROTTLE = "throttle"
    """Refused for now, once."""
    ERR500_AFTER = "err500_after"
    """Done, but answered as an error of the service; the SDK asks again."""
    OUTAGE = "outage"
    """This operation fails for the rest of the invocation: the SDK's own tries do not help."""
    TWICE = "twice"
    """The network delivers the request two times."""


KILLS = (Mode.KILL_BEFORE, Mode.KILL_AFTER)
"""What can happen around a call to another agency; how agencies themselves fail is the simulators' matter."""


UNANSWERED = (Mode.KILL_BEFORE, Mode.NET_BEFORE, Mode.THROTTLE, Mode.OUTAGE)
"""What can be told apart of a call that changes nothing: done without its answer, or done twice, it is as not done."""

_CHANGES_NOTHING = re.compile(r"\.(Get|Query|TransactGet|BatchGet|Describe|List|GenerateMac|Encrypt|Decrypt)")


@dataclass(frozen=True)
class Call:
    """A call a function made: the how-manieth, of which operation."""

    number: int
    operation: str

    @property
    def modes(self) -> tuple[Mode, ...]:
        return KILLS if self.operation.startswith("agency.") else tuple(Mode)

    @property
    def telling_modes(self) -> tuple[Mode, ...]:
        """Those that may leave something else behind than another one."""
        return UNANSWERED if _CHANGES_NOTHING.search(self.operation) else self.modes


@dataclass
class Trace:
    """The calls seen so far, and what was broken of them."""

    calls: list[Call] = field(default_factory=list)
    broken: list[Call] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)


@contextmanager
def breaking(function: str, faults: Mapping[int, Mode]) -> Iterator[Trace]:
    """Break the calls with these numbers, counted from 0 over all invocations of the function meanwhile.

    Nobody sleeps between the SDK's tries. Calls of other functions, and those made on a call's behalf, pass.
    """
    trace = Trace()
    breaker = _Breaker(function, faults, trace)
    aws, agency = BotocoreStubber.__call__, Outbound._exchange

    def to_aws(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        def go() -> Any:
            return aws(stubber, event_name, request, **more)

        invocation = current_invocation.get()
        if invocation is None or invocation.function != function or not stubber.enabled:
            return go()
        return breaker.around(invocation, event_name.removeprefix("before-send."), go, request=request)

    def to_agency(outbound: Outbound, call: Any, **more: Any) -> Any:
        def go() -> Any:
            return agency(outbound, call, **more)

        invocation = current_invocation.get()
        if invocation is None or invocation.function != function:
            return go()
        return breaker.around(invocation, f"agency.{call.agency}", go, request=None)

    with (
        patch.object(BotocoreStubber, "__call__", to_aws),
        patch.object(Outbound, "_exchange", to_agency),
        patch.object(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _: None)),
    ):
        yield trace


class _Breaker:
    def __init__(self, function: str, faults: Mapping[int, Mode], trace: Trace) -> None:
        self._function, self._faults, self._trace = function, faults, trace
        self._out: set[tuple[str, str]] = set()

    def around(self, invocation: Invocation, operation: str, go: Callable[[], Any], *, request: Any) -> Any:
        with self._trace.lock:
            call = Call(len(self._trace.calls), operation)
            self._trace.calls.append(call)
            mode = self._faults.get(call.number)
            if (invocation.request_id, operation) in self._out:
                mode = Mode.OUTAGE
            if mode is not None:
                self._trace.broken.append(call)
        if mode is Mode.OUTAGE:
            self._out.add((invocation.request_id, operation))
        return go() if mode is None else _broken(mode, call, go, request=request)


def _broken(mode: Mode, call: Call, go: Callable[[], Any], *, request: Any) -> Any:
    match mode:
        case Mode.KILL_BEFORE:
            raise Killed(call)
        case Mode.KILL_AFTER:
            go()
            raise Killed(call)
        case Mode.NET_BEFORE:
            raise ConnectTimeoutError(endpoint_url=request.url)
        case Mode.NET_AFTER:
            go()
            raise ReadTimeoutError(endpoint_url=request.url)
        case Mode.THROTTLE:
            return _refusal(request, 400, "ThrottlingException")
        case Mode.ERR500_AFTER:
            go()
            return _refusal(request, 500, "InternalServerError")
        case Mode.OUTAGE:
            return _refusal(request, 503, "ServiceUnavailable")
        case Mode.TWICE:
            go()
            return go()


def _refusal(request: Any, status: int, code: str) -> AWSResponse:
    """The error as the service's protocol writes it."""
    if ".s3." in request.url or "//s3." in request.url:
        body = f"<Error><Code>{code}</Code><Message>injected</Message></Error>"
    else:
        body = json.dumps({"__type": code, "message": "injected"})
    return AWSResponse(request.url, status, {"x-amzn-errortype": code}, MockRawResponse(body))
