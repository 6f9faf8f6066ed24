"""The processes that run functions die or stand still while people wait: everybody is answered, nothing is lost."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from localcloud.cloud import Cloud
from localcloud.workers import ProcessRunner
from tests.localcloud import sample_assembly
from tests.localcloud.conftest import eventually, seen

WITHIN = 15.0
"""Seconds in which every call is answered, whatever was killed: the host is replaced, the call's worker started."""
KILLS = 20
CALLERS = 6


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    template = sample_assembly.template()
    mapping = next(
        one["Properties"] for one in template["Resources"].values() if "FilterCriteria" in one["Properties"]
    )
    mapping["MaximumRetryAttempts"] = -1  # as often as it takes
    assembly = sample_assembly.write(tmp_path / "cdk", template=template)
    with Cloud.start(assembly, lambdas="process", logs=tmp_path / "logs", region="me-south-1") as running:
        yield running


def processes(of: int) -> dict[int, str]:
    """The commands of a process's children."""
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(None, 2) for line in listed.splitlines())
    return {int(pid): command for pid, parent, command in rows if int(parent) == of}


def host() -> int | None:
    """The process functions are forked from."""
    return next((pid for pid, command in processes(os.getpid()).items() if "worker_host.py" in command), None)


def another_than(gone: int) -> bool:
    """Whether a new host is there, before long."""
    return bool(eventually(lambda: host() not in (None, gone)))


def workers(cloud: Cloud) -> list[int]:
    """The processes that run functions now, whichever host they were forked from."""
    assert isinstance(cloud.runner, ProcessRunner)
    return [worker.pid for worker in cloud.runner.workers() if worker.pid and not worker.dead]


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True)
class Call:
    """What became of one call."""

    name: str
    status: int
    content_type: str
    seconds: float


def put(cloud: Cloud, name: str) -> Call:
    """Ask for something to be stored."""
    begun = time.monotonic()
    order = {"do": "put", "pk": name, "kind": "event"}
    answer = requests.post(f"{cloud.url}/things", json=order, timeout=60)
    taken = time.monotonic() - begun
    return Call(name, answer.status_code, answer.headers["Content-Type"], taken)


def under_load(cloud: Cloud, disturb: Callable[[], None]) -> list[Call]:
    """Several callers, one call after another, until everything was done to the processes that had to be."""
    over = threading.Event()

    def call_on(caller: int) -> list[Call]:
        made: list[Call] = []
        while not over.is_set():
            made.append(put(cloud, f"{caller}-{len(made)}"))
        return [*made, put(cloud, f"{caller}-last")]

    with ThreadPoolExecutor(CALLERS) as pool:
        calling = [pool.submit(call_on, caller) for caller in range(CALLERS)]
        try:
            disturb()
        finally:
            over.set()
        return [call for one in calling for call in one.result(timeout=120)]


def check(cloud: Cloud, calls: list[Call]) -> None:
    """Each was answered in time, as API Gateway answers; what was acknowledged is stored and was relayed."""
    assert max(call.seconds for call in calls) < WITHIN
    assert {call.status for call in calls} <= {200, 502, 504}
    assert all("json" in call.content_type for call in calls)
    assert all(call.status == 200 for call in calls if call.name.endswith("-last"))
    acknowledged = {call.name for call in calls if call.status == 200}
    assert len(acknowledged) > CALLERS
    assert cloud.settle(timeout=30)
    stored = cloud.client("dynamodb").scan(TableName=cloud.outputs["Table"])["Items"]
    assert acknowledged <= {item["pk"]["S"] for item in stored}
    assert acknowledged <= set(seen(cloud, "stream"))
    assert not cloud.dead_letters()


def test_the_host_of_functions_killed_twenty_times_under_load(cloud: Cloud) -> None:
    put(cloud, "first")

    def disturb() -> None:
        for turn in range(KILLS):
            found = eventually(host)
            assert found, "no new host was started"
            kill(found)
            if turn % 2:  # else calls would go on with the workers they have, and need no host
                for worker in workers(cloud):
                    kill(worker)
            assert another_than(found), "no new host was started"
            time.sleep(0.2)

    check(cloud, under_load(cloud, disturb))


def test_workers_killed_under_load(cloud: Cloud) -> None:
    put(cloud, "first")

    def disturb() -> None:
        for _ in range(KILLS):
            for worker in workers(cloud):
                kill(worker)
            time.sleep(0.2)

    check(cloud, under_load(cloud, disturb))


def test_a_host_that_stands_still_is_replaced(cloud: Cloud) -> None:
    put(cloud, "first")
    standing = host()
    assert standing
    os.kill(standing, signal.SIGSTOP)
    for worker in workers(cloud):
        kill(worker)

    calls = [put(cloud, "during"), put(cloud, "after")]

    assert [call.status for call in calls][-1] == 200
    assert max(call.seconds for call in calls) < WITHIN
    assert host() != standing


def test_a_worker_that_stands_still_ends_at_the_functions_time_out(cloud: Cloud) -> None:
    put(cloud, "first")
    for worker in workers(cloud):
        os.kill(worker, signal.SIGSTOP)

    calls = [put(cloud, "during"), put(cloud, "after")]

    assert [call.status for call in calls] == [504, 200]
    assert max(call.seconds for call in calls) < WITHIN
