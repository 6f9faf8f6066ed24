"""The whole local cloud in a process group of its own, met over its port by people who try again when it is gone."""

import html
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from local.client import Answer, Person, Unexpected
from local.demo.run import mobile_of

PASSWORD = "Local-only-2026"
START_SECONDS = 120.0
PATIENCE = 300.0
_TRANSIENT = (502, 503, 504)


class OutsideCloud:
    """`python -m local up`, started, ended by a signal and started again on the same port and folder."""

    def __init__(
        self,
        assembly: Path,
        *,
        logs: Path,
        keep: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.starts = 0
        self.seconds_to_start = 0.0
        self._logs = logs
        self._command = [
            sys.executable,
            "-m",
            "local",
            "up",
            "--assembly",
            str(assembly),
            "--port",
            str(port),
        ]
        if keep is not None:
            self._command += ["--keep", str(keep)]
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it says that it is ready."""
        self.starts += 1
        output = self._logs / f"cloud-{self.starts}.txt"
        with output.open("wb") as stream:
            self._process = subprocess.Popen(
                self._command,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        begun = time.monotonic()
        limit = begun + START_SECONDS
        while b"ready in" not in output.read_bytes():
            if self._process.poll() is not None or time.monotonic() > limit:
                raise Unexpected(f"the cloud did not start: {output.read_text(errors='replace')}")
            time.sleep(0.02)
        self.seconds_to_start = time.monotonic() - begun

    def end(self, how: signal.Signals = signal.SIGKILL) -> int:
        """Send the signal to everything that belongs to it; the status it ended with."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        return self._process.wait(timeout=60)


class Acknowledged:
    """What people were told was done, and every later answer that says less than that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: dict[str, int] = {}
        self.answers: list[tuple[str, str, int]] = []
        self.broken: list[str] = []
        self.repeated = 0

    def hear(self, method: str, path: str, answer: Answer) -> None:
        """Note an answer; one about a request names a version that is no older than the newest one told."""
        if not 200 <= answer.status < 300:
            return
        with self._lock:
            if method != "GET":
                self.answers.append((method, path, answer.status))
            request = re.match(r"/v1/requests/([0-9a-f-]{36})", path)
            version = re.fullmatch(r'"(\d+)"', answer.headers.get("ETag", ""))
            if request and version:
                newest = self._versions.get(request[1], 0)
                if int(version[1]) < newest:
                    self.broken.append(f"{method} {path}: version {version[1]} after {newest}")
                self._versions[request[1]] = max(newest, int(version[1]))


class Patient(Person):
    """Somebody who asks again, with the same key, until there is an answer."""

    heard: Acknowledged

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        language: str | None = None,
        etag: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        key = key or str(uuid.uuid4())
        limit = time.monotonic() + self.patience
        answer = None
        repeated = False
        while answer is None or answer.status in _TRANSIENT:
            if time.monotonic() > limit:
                raise Unexpected(f"no answer to {method} {path}: {answer}")
            if repeated:
                self.heard.repeated += 1
                time.sleep(0.1)
            with suppress(requests.RequestException):
                answer = super().ask(
                    method, path, body, language=language, etag=etag, key=key, headers=headers
                )
            if repeated and etag and answer is not None and answer.status == 412:
                # the change may have been made, and its answer lost: name the version of now and make it again
                etag = self.ask("GET", re.sub(r"(/v1/requests/[^/]+).*", r"\1", path)).expect(200).etag
                answer = None
            repeated = True
        self.heard.hear(method, path, answer)
        return answer

    def post_form(self, upload: Mapping[str, Any], name: str, content: bytes) -> requests.Response:
        limit = time.monotonic() + self.patience
        while True:
            with suppress(requests.RequestException):
                stored = super().post_form(upload, name, content)
                if stored.status_code not in _TRANSIENT:
                    return stored
            if time.monotonic() > limit:
                raise Unexpected("the upload was never answered")
            time.sleep(0.1)


def fetch(url: str, *, patience: float = PATIENCE) -> requests.Response:
    """A page of the cloud's own, as soon as it answers."""
    limit = time.monotonic() + patience
    while True:
        with suppress(requests.RequestException):
            found = requests.get(url, timeout=10)
            if found.status_code == 200:  # registered later than the API, when the cloud has just started
                return found
        if time.monotonic() > limit:
            raise Unexpected(f"no answer from {url}")
        time.sleep(0.1)


def person(cloud: OutsideCloud, username: str, heard: Acknowledged) -> Patient:
    """Somebody of `people.json` with a phone that shows what the SMS outbox holds for it."""
    mobile = mobile_of(username)

    def phone() -> list[str]:
        sent = fetch(f"{cloud.url}/outbox.json").json()
        return [message["text"] for message in sent if message["to"] == mobile]

    found = Patient(cloud.url, username, PASSWORD, phone, patience=PATIENCE)
    found.heard = heard
    return found


def agency(cloud: OutsideCloud, name: str) -> str:
    """Where a simulated agency listens now: on another port after each start."""
    page = html.unescape(fetch(f"{cloud.url}/agencies").text)
    found = re.search(rf'<bdi>{name}</bdi>: <a href="(http://127\.0\.0\.1:\d+)', page)
    if found is None:
        raise Unexpected(f"no agency {name}")
    return found[1]
