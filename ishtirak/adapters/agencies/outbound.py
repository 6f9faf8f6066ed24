"""Calls to other agencies over HTTP that end in time, whatever the other side does.

urllib3 (the one boto3 brings, so nothing is added to a package) carries the bytes. Its own `Retry` is used
for what it knows, reading `Retry-After`; the loop around it is ours, because `Retry` sees one call: not the
time the function has left, nor that the last five calls to this host failed too. The circuit breaker is ours
for the same reason, and because the kept libraries wrap a whole call, retries included, where each attempt
must be counted; it is thirty lines with an injected clock.

Bodies and header values are never logged and never print: they hold identity numbers, phones and credentials.
"""

import logging
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, InvalidHeader, NewConnectionError
from urllib3.util import Retry, Timeout

from ishtirak.kernel.errors import Unavailable

log = logging.getLogger(__name__)

LARGEST_ANSWER = 256 * 1024
_CHUNK = 16 * 1024
_LEAST_TIME = 0.05
_BUSY = frozenset({429, 503})
_BROKEN = frozenset({408, 500, 502, 504})
# A TLS error is not among them: it can also come after the request has left.
_NEVER_SENT = (ConnectTimeoutError, NewConnectionError)


class AgencyUnavailable(Unavailable):
    """The agency did not give an answer to build on; later it may.

    `maybe_done` says whether it may have done what was asked all the same. `reason` is stable, for logs and
    alarms: `not_reached`, `no_answer`, `busy`, `broken`, `circuit_open`, `wrong_answer`,
    `credentials_refused`, `account_exhausted`.
    """

    def __init__(self, *, agency: str, reason: str, maybe_done: bool = False) -> None:
        super().__init__(agency=agency, reason=reason)
        self.agency = agency
        self.reason = reason
        self.maybe_done = maybe_done


class Rejected(Exception):
    """The agency understood and said no (4xx). The adapter that asked knows what its "no" means."""

    def __init__(self, answer: "AgencyResponse") -> None:
        super().__init__(f"status={answer.status}")
        self.answer = answer


@dataclass(frozen=True)
class AgencyRequest:
    """One request to an agency.

    `repeatable`: twice is the same as once, so a lost answer is asked for again. Nothing personal belongs in
    the URL: it is what proxies and gateways log.
    """

    agency: str
    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    repeatable: bool
    method: str = "POST"


@dataclass(frozen=True)
class AgencyResponse:
    status: int
    media_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class OutboundPolicy:
    """How patient to be, in seconds.

    The budget covers all attempts and the pauses between them, and must fit inside the function's own time.
    """

    budget: float = 8.0
    connect: float = 1.0
    read: float = 4.0
    attempts: int = 3
    first_pause: float = 0.1
    longest_pause: float = 2.0
    failures_to_open: int = 5
    cool_down: float = 30.0


WITHIN_A_CODES_LIFE = OutboundPolicy(budget=2.3, connect=0.8, read=2.0, attempts=2)
"""For `send_otp`, which may ask three hosts one after another and has eight seconds: a code lives for five minutes, and
the sooner a try that leads nowhere ends, the sooner the next one comes.
"""


class Breaker:
    """Stops asking a host that keeps failing, but for one call now and then to see whether it is back.

    Lives as long as the warm process: each process learns for itself, which costs a few failed calls and
    needs no shared store that could fail as well.
    """

    def __init__(self, *, failures_to_open: int, cool_down: float, clock: Callable[[], float]) -> None:
        self._failures_to_open = failures_to_open
        self._cool_down = cool_down
        self._clock = clock
        self._failures = 0
        self._next_trial: float | None = None
        self._lock = Lock()

    def admits(self) -> bool:
        """Whether to call now. While open, one caller per cool-down is let through as the trial."""
        with self._lock:
            if self._next_trial is None:
                return True
            if self._clock() < self._next_trial:
                return False
            self._next_trial = self._clock() + self._cool_down
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0
            self._next_trial = None

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._failures_to_open:
                self._next_trial = self._clock() + self._cool_down


class Pool(Protocol):
    """The part of `urllib3.PoolManager` used here."""

    def request(self, method: str, url: str, **options: Any) -> Any: ...


class Outbound:
    """One client for all agencies of a process: pooled connections, a breaker per host, a budget per call."""

    def __init__(
        self,
        policy: OutboundPolicy | None = None,
        *,
        pool: Pool | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._policy = policy or OutboundPolicy()
        self._pool: Pool = pool or urllib3.PoolManager(num_pools=8, maxsize=2)
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._breakers: dict[str, Breaker] = {}
        self._lock = Lock()

    def send(self, request: AgencyRequest) -> AgencyResponse:
        """Give the agency's 2xx answer, or raise `Rejected` (its no) or `AgencyUnavailable` (no answer).

        Only what is safe is tried again: what never reached the agency, what it said it did not do (429,
        503), and, for a repeatable call, what it may have done.
        """
        give_up_at = self._clock() + self._policy.budget
        maybe_done = False
        attempt = 1
        while True:
            try:
                return self._attempt(request, give_up_at=give_up_at)
            except _Failure as failure:
                maybe_done = maybe_done or failure.maybe_done
                pause = self._pause(attempt, failure)
                last = (
                    attempt >= self._policy.attempts
                    or not failure.worth_repeating(request)
                    or self._clock() + pause + _LEAST_TIME > give_up_at
                )
                _log(request, attempt=attempt, failure=failure, given_up=last)
                if last:
                    raise AgencyUnavailable(
                        agency=request.agency, reason=failure.reason, maybe_done=maybe_done
                    ) from None
            self._sleep(pause)
            attempt += 1

    def _attempt(self, request: AgencyRequest, *, give_up_at: float) -> AgencyResponse:
        breaker = self._breaker(request.url)
        if not breaker.admits():
            raise _Failure("circuit_open")
        try:
            answer, pause = self._exchange(request, give_up_at=give_up_at)
        except _Failure:
            breaker.failed()
            raise
        if answer.status in _BUSY | _BROKEN:
            breaker.failed()
            raise _Failure(
                "busy" if answer.status in _BUSY else "broken",
                maybe_done=answer.status in _BROKEN,
                pause=pause,
            )
        breaker.succeeded()
        return _accepted(answer)

    def _exchange(self, request: AgencyRequest, *, give_up_at: float) -> tuple[AgencyResponse, float | None]:
        left = max(_LEAST_TIME, give_up_at - self._clock())
        timeout = Timeout(connect=min(self._policy.connect, left), read=min(self._policy.read, left))
        try:
            response = self._pool.request(
                request.method,
                request.url,
                body=request.body,
                headers=dict(request.headers),
                timeout=timeout,
                retries=False,
                # a credential sent to this host is never carried on to another
                redirect=False,
                preload_content=False,
            )
            try:
                body = self._read(response, give_up_at=give_up_at)
            finally:
                response.release_conn()
        except _NEVER_SENT:
            raise _Failure("not_reached") from None
        except (HTTPError, OSError):
            raise _Failure("no_answer", maybe_done=True) from None
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return AgencyResponse(response.status, media_type, body), _asked_pause(response.headers)

    def _read(self, response: Any, *, give_up_at: float) -> bytes:
        """The whole body, unless it comes too slowly (the read time-out is per chunk) or does not end."""
        parts: list[bytes] = []
        size = 0
        while part := response.read(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                response.close()
                raise _Failure("wrong_answer", maybe_done=True)
            if self._clock() > give_up_at:
                response.close()
                raise _Failure("no_answer", maybe_done=True)
        return b"".join(parts)

    def _pause(self, attempt: int, failure: "_Failure") -> float:
        """Full jitter, so that those one outage hit do not return together; an agency's wish goes first."""
        if failure.pause is not None:
            return failure.pause
        doubled: float = self._policy.first_pause * 2 ** (attempt - 1)
        return min(self._policy.longest_pause, doubled) * self._jitter()

    def _breaker(self, url: str) -> Breaker:
        host = urlsplit(url).netloc
        with self._lock:
            if host not in self._breakers:
                self._breakers[host] = Breaker(
                    failures_to_open=self._policy.failures_to_open,
                    cool_down=self._policy.cool_down,
                    clock=self._clock,
                )
            return self._breakers[host]


class _Failure(Exception):
    """One attempt that brought no answer; never leaves this module."""

    def __init__(self, reason: str, *, maybe_done: bool = False, pause: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.maybe_done = maybe_done
        self.pause = pause

    def worth_repeating(self, request: AgencyRequest) -> bool:
        if self.reason in ("circuit_open", "wrong_answer"):
            return False
        return request.repeatable or not self.maybe_done


def _accepted(answer: AgencyResponse) -> AgencyResponse:
    if 200 <= answer.status < 300:
        return answer
    if 400 <= answer.status < 500:
        raise Rejected(answer)
    raise _Failure("wrong_answer", maybe_done=True)


def _asked_pause(headers: Mapping[str, str]) -> float | None:
    """What `Retry-After` asks for, in seconds; nonsense is no wish."""
    asked = headers.get("retry-after")
    if asked is None:
        return None
    try:
        return float(Retry().parse_retry_after(asked))
    except OverflowError:
        return math.inf
    except (InvalidHeader, ValueError):
        return None


def _log(request: AgencyRequest, *, attempt: int, failure: _Failure, given_up: bool) -> None:
    facts = {
        "agency": request.agency,
        "host": urlsplit(request.url).netloc,
        "reason": failure.reason,
        "attempt": attempt,
        "given_up": given_up,
    }
    log.warning("agency.call_failed", extra=facts)
