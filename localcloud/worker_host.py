"""Forks Lambda runtimes that share their imports. Run as a script, never imported by the cloud.

A fresh interpreter needs 0.6 s and 50 MB before it reaches a handler. This process imports the runtime and
the libraries once; each worker is a fork of it, so it starts in milliseconds and shares the memory. The
worker then becomes `awslambdaric`, with the function's environment and nothing of the repository on its
path: a module that is missing from the function's package is missing here too.

Protocol: one JSON line per worker wanted on stdin; one `ready` line on stdout when everything is imported. A worker
reports itself to the cloud over a connection it keeps for as long as it lives, so that its end is noticed even when
this process is stopped or gone.
"""

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
from typing import Any

_PRELOADED = (
    "boto3",
    "boto3.session",
    "botocore.session",
    "botocore.client",
    "botocore.endpoint",
    "botocore.httpsession",
    "botocore.parsers",
    "botocore.signers",
    "pydantic",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.data_classes",
    "cryptography.hazmat.primitives.ciphers.aead",
    "urllib.request",
)


def main() -> None:
    sys.path.pop(0)  # this folder
    for name in _PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the workers: let the system bury them
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the cloud ends us
    os.write(1, b"ready\n")
    for line in sys.stdin:
        spec = json.loads(line)
        if os.fork() == 0:
            _turn_into_function(spec)


def _report_to(address: str) -> socket.socket:
    """Tell the cloud which process the worker is; the connection ends when the process does."""
    where, _, worker = address.partition("/")
    host, _, port = where.partition(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(f"GET /{worker}/alive/{os.getpid()} HTTP/1.1\r\n\r\n".encode())
    return connection


def _turn_into_function(spec: dict[str, Any]) -> None:
    """Turn this fork into the runtime of one function; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(spec["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(spec["environment"])
    os.chdir(spec["root"])
    sys.path.insert(0, spec["root"])
    code = 1
    try:
        alive = _report_to(spec["environment"]["AWS_LAMBDA_RUNTIME_API"])
        _run(spec["handler"], alive)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _run(handler: str, alive: socket.socket) -> None:
    """Serve until the process ends, and hold the connection that says it has not."""
    from awslambdaric import (
        bootstrap,
        lambda_runtime_client,
    )  # reads the environment when imported: not before

    class Client(lambda_runtime_client.LambdaRuntimeClient):  # type: ignore[misc]
        """Knows that our address carries a path, which distinguishes the workers of one server."""

        def call_rapid(self, method: str, endpoint: str, *rest: Any, **more: Any) -> None:
            host, _, path = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
            self.lambda_runtime_address = host
            super().call_rapid(method, f"/{path}{endpoint}", *rest, **more)

    with alive:
        bootstrap.run(handler, Client(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main()
