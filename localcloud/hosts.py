"""The process that workers are forked from: started, watched, and replaced when it dies or stands still."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

READY_SECONDS = 30.0
"""How long a host may take to import what workers share; about a second on an idle machine."""

_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")


class Host:
    """One such process; `on_end` is called when it has ended, whoever ended it."""

    def __init__(self, *, on_end: Callable[[], None]) -> None:
        self.gone = False
        self._ready = threading.Event()
        self._writing = threading.Lock()
        self._on_end = on_end
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("worker_host.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
        )
        threading.Thread(target=self._listen, name="worker-host", daemon=True).start()

    def wait_until_ready(self) -> bool:
        """Whether it can fork workers now; False when it died or took too long."""
        return self._ready.wait(READY_SECONDS) and not self.gone

    def fork(self, spec: Mapping[str, Any]) -> bool:
        """Ask for a worker; whether the order could be handed over. The worker reports itself."""
        stdin = self._process.stdin
        if stdin is None or self.gone:
            return False
        try:
            with self._writing:
                stdin.write(json.dumps(spec) + "\n")
                stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def end(self) -> None:
        """Kill it, stopped or not. Workers live on: they are processes of their own."""
        self._process.kill()
        self._process.wait(timeout=5)
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _listen(self) -> None:
        for _ in self._process.stdout or ():
            self._ready.set()
        self.gone = True
        self._process.wait()
        self._ready.set()
        self._on_end()


class Hosts:
    """One host at a time, a new one in place of one that is gone."""

    def __init__(self, *, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self._lock = threading.Lock()
        self._closed = False
        self._current = self._start()

    def _start(self) -> Host:
        return Host(on_end=self._on_host_end)

    def _on_host_end(self) -> None:
        """Start the next one at once: the first caller who needs it waits the less."""
        with self._lock:
            self._renew()
        self._on_end()

    def _renew(self) -> None:
        if self._current.gone and not self._closed:
            self._current = self._start()

    def current(self) -> Host | None:
        """The host, once it is ready; None when there is none that could be started, or no more is to be."""
        with self._lock:
            self._renew()
            current = self._current
        if current.wait_until_ready():
            return current
        self.replace(current)
        return None

    def replace(self, lost: Host) -> None:
        """Be done with a host that did not do what it was asked."""
        lost.gone = True
        lost.end()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            current = self._current
        current.end()
