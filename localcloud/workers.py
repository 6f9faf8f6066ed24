"""Functions in processes of their own: the Lambda Runtime API, and a warm pool of `awslambdaric` workers."""

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from localcloud.functions import Answer, Function, exited, failed, timed_out
from localcloud.hosts import Host, Hosts
from localcloud.invocations import Invocation
from localcloud.surroundings import NO_FILES

_FORK_SECONDS = 5.0
"""How long a host may take to fork a worker before it counts as standing still and is replaced."""
_FORKS = 3
"""How often a worker is tried to be started before its caller is told that there is none."""
_TURN_SECONDS = 29.0
"""How long a caller waits for its turn: as long as API Gateway waits for a function."""
_INIT_SECONDS = 30.0
_PER_FUNCTION = 2
"""Workers of one function. Two fill this kind of machine; further callers wait their turn."""


class Worker:
    """One process serving one function, one invocation at a time."""

    def __init__(self, worker_id: str, function: Function) -> None:
        self.worker_id = worker_id
        self.function = function
        self.pid: int | None = None
        self.dead = False
        self.invocation: Invocation | None = None
        self._inbox: queue.Queue[tuple[Invocation, bytes] | None] = queue.Queue()
        self._moved = threading.Condition()
        self._ready = False
        self._answer: Answer | None = None

    def born(self, pid: int) -> None:
        """The process reports itself; one that nobody waits for any more is ended."""
        with self._moved:
            self.pid = pid
            self._moved.notify_all()
        if self.dead:
            self.kill()

    def is_born(self, host: Host) -> bool:
        """Wait for the process; False when its host died or stands still."""
        with self._moved:
            self._moved.wait_for(lambda: self.pid is not None or host.gone, timeout=_FORK_SECONDS)
            return self.pid is not None

    def look_again(self) -> None:
        """Something changed that somebody may be waiting for."""
        with self._moved:
            self._moved.notify_all()

    def next(self) -> tuple[Invocation, bytes] | None:
        """The runtime asks for work; None once the worker is to end."""
        with self._moved:
            self._ready = True
            self._moved.notify_all()
        return self._inbox.get()

    def finish(self, answer: Answer) -> None:
        with self._moved:
            self._answer = answer
            self._moved.notify_all()

    def run(self, invocation: Invocation, payload: bytes) -> Answer:
        with self._moved:
            self.invocation, self._answer = invocation, None
            self._inbox.put((invocation, payload))
            # initialisation is not charged to the function's time-out
            begun = self._moved.wait_for(lambda: self._ready or self._is_over(), timeout=_INIT_SECONDS)
            over = begun and self._moved.wait_for(self._is_over, timeout=self.function.timeout)
            answer = self._answer
        if not over:
            self.kill()
            return timed_out(invocation, self.function.timeout)
        return answer or exited(invocation)

    def _is_over(self) -> bool:
        return self._answer is not None or self.dead

    def ended(self) -> None:
        """The process is gone: answer whoever waits."""
        with self._moved:
            self.dead = True
            self._moved.notify_all()
        self._inbox.put(None)

    def kill(self) -> None:
        self.dead = True
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class _RuntimeApi(BaseHTTPRequestHandler):
    """The Runtime API; the first segment of the path names the worker."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536
    disable_nagle_algorithm = (
        True  # with the line above: one packet per answer, not 40 ms of delayed acknowledgement
    )
    workers: dict[str, Worker]

    def do_GET(self) -> None:
        worker = self._worker()
        if self.path.split("/")[2] == "alive":
            self._watch(worker)
            return
        work = worker.next() if worker else None
        if worker is None or work is None:
            self._reply(410, b"{}")
            return
        invocation, payload = work
        function = worker.function
        self._reply(
            200,
            payload,
            {
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + function.timeout) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": function.arn,
                "Lambda-Runtime-Trace-Id": f"Root={invocation.trace_id};Parent={'0' * 16};Sampled=1",
            },
        )

    def _watch(self, worker: Worker | None) -> None:
        """Read the connection a worker keeps all its life to its end, which is the worker's."""
        self.close_connection = True
        if worker is None:
            return
        worker.born(int(self.path.rsplit("/", 1)[-1]))
        with contextlib.suppress(OSError):
            self.rfile.read()
        worker.ended()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        worker = self._worker()
        self._reply(202, b"{}")
        if worker is not None:
            worker.finish(Answer(body, "Unhandled" if self.path.endswith("/error") else None))

    def _worker(self) -> Worker | None:
        return self.workers.get(self.path.split("/")[1])

    def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):
            self.wfile.write(body)
            self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Say nothing: every invocation passes here."""


class _RuntimeServer(ThreadingHTTPServer):
    """Says nothing when a worker that was killed hangs up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class ProcessRunner:
    """Runs each function in at most a few warm processes; further callers queue."""

    def __init__(self, *, endpoint: str, logs: Path, credentials: Mapping[str, str], region: str) -> None:
        self._endpoint = endpoint
        self._logs = logs
        self._common_variables = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region, **credentials}
        self._workers: dict[str, Worker] = {}
        self._idle: dict[str, list[Worker]] = {}
        self._turns: dict[str, threading.BoundedSemaphore] = {}
        self._lock = threading.Lock()
        self._number = 0
        logs.mkdir(parents=True, exist_ok=True)
        self._server = _RuntimeServer(
            ("127.0.0.1", 0), type("Api", (_RuntimeApi,), {"workers": self._workers})
        )
        threading.Thread(target=self._server.serve_forever, name="runtime-api", daemon=True).start()
        self._hosts = Hosts(on_end=self._look_again)

    def run(self, function: Function, invocation: Invocation, payload: bytes) -> Answer:
        with self._lock:
            limit = min(_PER_FUNCTION, function.concurrency or _PER_FUNCTION)
            turn = self._turns.setdefault(function.name, threading.BoundedSemaphore(limit))
        if not turn.acquire(timeout=_TURN_SECONDS):
            return failed("TooManyRequestsException", "every worker of the function was busy all the time")
        try:
            worker = self._idle_worker(function) or self._new_worker(function)
            if worker is None:
                return failed("Runtime.NotStarted", "no process could be started for the function")
            try:
                return worker.run(invocation, payload)
            finally:
                self._put_back(worker)
        finally:
            turn.release()

    def worker(self, worker_id: str) -> Worker | None:
        return self._workers.get(worker_id)

    def workers(self) -> list[Worker]:
        """Every worker there is, at work or idle."""
        return list(self._workers.values())

    def close(self) -> None:
        """End every worker and the host they were forked from."""
        for worker in list(self._workers.values()):
            worker.kill()
        self._hosts.close()
        self._server.shutdown()
        self._server.server_close()

    def _idle_worker(self, function: Function) -> Worker | None:
        with self._lock:
            idle = self._idle.setdefault(function.name, [])
            while idle:
                worker = idle.pop()
                if not worker.dead:
                    return worker
                self._workers.pop(worker.worker_id, None)
            return None

    def _new_worker(self, function: Function) -> Worker | None:
        """A worker whose process is there; the host that does not fork it is replaced, and the next one asked."""
        for _ in range(_FORKS):
            host = self._hosts.current()
            if host is None:
                continue
            with self._lock:
                self._number += 1
                worker = Worker(f"w{self._number}", function)
                self._workers[worker.worker_id] = worker
            if host.fork(self._specification(worker)) and worker.is_born(host):
                return worker
            worker.kill()
            with self._lock:
                self._workers.pop(worker.worker_id, None)
            self._hosts.replace(host)
        return None

    def _look_again(self) -> None:
        for worker in list(self._workers.values()):
            worker.look_again()

    def _put_back(self, worker: Worker) -> None:
        with self._lock:
            worker.invocation = None
            if worker.dead:
                self._workers.pop(worker.worker_id, None)
            else:
                self._idle[worker.function.name].append(worker)

    def _specification(self, worker: Worker) -> dict[str, Any]:
        """What the host needs to know to fork the worker."""
        function = worker.function
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": "/tmp",
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}/{worker.worker_id}",
            "LAMBDA_TASK_ROOT": str(function.root),
            "_HANDLER": function.handler,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": function.log_format.upper(),
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_ENDPOINT_URL": self._endpoint,
            **NO_FILES,
            "AWS_SDK_UA_APP_ID": worker.worker_id,  # how a call is told to be this worker's
            **self._common_variables,
            **function.environment,
        }
        return {
            "handler": function.handler,
            "root": str(function.root),
            "log": str(self._logs / f"{function.name}.log"),
            "environment": environment,
        }
