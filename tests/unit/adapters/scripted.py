"""A connection pool that answers from a script and a clock that moves when told: no socket, no waiting."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ishtirak.adapters.agencies.outbound import Outbound, OutboundPolicy


class ManualClock:
    """Seconds since the test began; `sleep` moves it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Reply:
    """One scripted answer, read in chunks of which each takes `seconds_per_chunk`."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    seconds_per_chunk: float = 0.0
    endless: bool = False
    clock: ManualClock | None = None
    released: bool = False
    closed: bool = False

    def read(self, size: int) -> bytes:
        if self.clock is not None:
            self.clock.now += self.seconds_per_chunk
        if self.endless:
            return b"x" * size
        part, self.body = self.body[:size], self.body[size:]
        return part

    def release_conn(self) -> None:
        self.released = True

    def close(self) -> None:
        self.closed = True


def in_json(content: Any, *, status: int = 200, media_type: str = "application/json") -> Reply:
    return Reply(
        status=status,
        body=json.dumps(content, ensure_ascii=False).encode(),
        headers={"content-type": f"{media_type}; charset=utf-8"},
    )


def in_text(text: str, *, status: int = 200, media_type: str = "text/plain") -> Reply:
    return Reply(status=status, body=text.encode(), headers={"content-type": media_type})


@dataclass(frozen=True)
class Seen:
    method: str
    url: str
    options: dict[str, Any]

    @property
    def body(self) -> bytes:
        sent: bytes = self.options["body"]
        return sent


type Step = Reply | Exception | Callable[[Seen], Reply]


class ScriptedPool:
    """Plays its steps in order, the last one for ever."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = list(steps)
        self.seen: list[Seen] = []

    def request(self, method: str, url: str, **options: Any) -> Reply:
        seen = Seen(method, url, options)
        self.seen.append(seen)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, Reply) else step(seen)


class OneSecret:
    """Secrets Manager with one secret whose text a test may change."""

    def __init__(self, content: Any) -> None:
        self.content = content
        self.calls = 0
        self.failure: Exception | None = None

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        text = self.content if isinstance(self.content, str) else json.dumps(self.content)
        return {"SecretString": text}


def outbound(
    *steps: Step, policy: OutboundPolicy | None = None, clock: ManualClock | None = None
) -> tuple[Outbound, ScriptedPool]:
    """A client on a script, pausing on the manual clock with the full jitter drawn."""
    pool = ScriptedPool(steps)
    moving = clock or ManualClock()
    return Outbound(policy, pool=pool, clock=moving, sleep=moving.sleep, jitter=lambda: 1.0), pool
