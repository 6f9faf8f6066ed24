"""How a simulator is made to misbehave."""

from collections.abc import Callable
from enum import StrEnum
from threading import Event, Lock
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from werkzeug import Response

EVERY_ENDPOINT = "*"


class Mode(StrEnum):
    """The ways an agency fails, as a caller meets them."""

    REFUSE = "refuse"
    """Does nothing and answers `status`."""
    TIME_OUT_AFTER = "time_out_after"
    """Does what was asked, stays silent for `seconds`, then drops the connection: the answer is lost."""
    SLOW = "slow"
    """Waits `seconds`, then does it and answers properly."""
    WRONG_ANSWER = "wrong_answer"
    """Does what was asked and answers 200 with something else (`shape`)."""


class Fault(BaseModel):
    """One order to fail: at an endpoint (by name), `count` times; None is until cleared."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode
    endpoint: str = EVERY_ENDPOINT
    count: int | None = Field(default=1, ge=1)
    status: int = Field(default=503, ge=400, le=599)
    retry_after: int | None = Field(default=None, ge=0)
    seconds: float = Field(default=0.0, ge=0.0, le=120.0)
    shape: Literal["cut_short", "other_fields", "web_page"] = "cut_short"


_WRONG = {
    "cut_short": ('{"message_id": "a1b2", "identity_num', "application/json"),
    "other_fields": ('{"result": {"ok": true}}', "application/json"),
    "web_page": ("<html><body>Proxy error</body></html>", "text/html"),
}


class Faults:
    """The orders in force; the first that fits an endpoint is used up first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._orders.append(fault.model_copy())

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()

    def orders(self) -> list[Fault]:
        with self._lock:
            return [fault.model_copy() for fault in self._orders]

    def take(self, endpoint: str) -> Fault | None:
        """The order that applies to this request, one less of it left."""
        with self._lock:
            for fault in self._orders:
                if fault.endpoint in (endpoint, EVERY_ENDPOINT):
                    self._use_up(fault)
                    return fault.model_copy()
            return None

    def _use_up(self, fault: Fault) -> None:
        if fault.count is not None:
            fault.count -= 1
            if fault.count == 0:
                self._orders.remove(fault)


def misbehave(fault: Fault, *, do: Callable[[], Response], stopping: Event) -> Response:
    """Answer as the order says. A wait ends early when the simulator stops."""
    if fault.mode is Mode.REFUSE:
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return Response("out of order", status=fault.status, headers=headers, mimetype="text/plain")
    if fault.mode is Mode.SLOW:
        stopping.wait(fault.seconds)
        return do()
    response = do()
    if fault.mode is Mode.WRONG_ANSWER:
        body, media_type = _WRONG[fault.shape]
        return Response(body, mimetype=media_type)
    response.close()
    return lose_the_answer(stopping, after=fault.seconds)


def lose_the_answer(stopping: Event, *, after: float = 0.0) -> Response:
    """Drop the connection: the server closes it without a word on this exception."""
    stopping.wait(after)
    raise ConnectionAbortedError
