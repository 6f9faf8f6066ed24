"""The workers of a run share the machine fairly, and what their tests have to report arrives."""

import fcntl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from tests.workers import Machine

ROOT = Path(__file__).parents[1]
PATIENCE = 10.0
A_MOMENT = 0.1
TWO_FILES = {
    "test_one.py": "def test_one(report, shared_folder):\n    report(f'one in {shared_folder}')\n",
    "test_other.py": (
        "def test_other(report, shared_folder):\n    report(f'other in {shared_folder}')\n    assert False\n"
    ),
}


def use(folder: Path, *, alone: bool, inside: Event, until: Event) -> None:
    """What a worker does: be inside from when it is let in until it is done."""
    with Machine(folder).used(alone=alone):
        inside.set()
        assert until.wait(PATIENCE)


def is_held(lock: Path) -> bool:
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def somebody_waits(folder: Path) -> bool:
    """Whether somebody came to the door and is not through it."""
    limit = time.monotonic() + PATIENCE
    while not (held := is_held(folder / "door.lock")) and time.monotonic() < limit:
        time.sleep(0.01)
    return held


def test_two_tests_run_at_the_same_time(tmp_path: Path) -> None:
    first, second, done = Event(), Event(), Event()

    with ThreadPoolExecutor() as workers:
        for inside in (first, second):
            workers.submit(use, tmp_path, alone=False, inside=inside, until=done)
        together = first.wait(PATIENCE) and second.wait(PATIENCE)
        done.set()

    assert together


def test_who_is_to_be_alone_waits_for_the_others_and_is_not_overtaken(tmp_path: Path) -> None:
    sharing, alone, late = Event(), Event(), Event()
    sharing_done, alone_done, late_done = Event(), Event(), Event()

    with ThreadPoolExecutor() as workers:
        workers.submit(use, tmp_path, alone=False, inside=sharing, until=sharing_done)
        assert sharing.wait(PATIENCE)
        workers.submit(use, tmp_path, alone=True, inside=alone, until=alone_done)
        somebody_waited = somebody_waits(tmp_path)
        let_in_too_early = [alone.wait(A_MOMENT)]
        workers.submit(use, tmp_path, alone=False, inside=late, until=late_done)
        let_in_too_early.append(late.wait(A_MOMENT))
        sharing_done.set()
        let_in_in_time = [alone.wait(PATIENCE)]
        let_in_too_early.append(late.wait(A_MOMENT))
        alone_done.set()
        let_in_in_time.append(late.wait(PATIENCE))
        late_done.set()

    assert somebody_waited
    assert let_in_too_early == [False, False, False]
    assert let_in_in_time == [True, True]


def test_figures_arrive_from_every_worker_even_those_of_a_failed_test(tmp_path: Path) -> None:
    for name, content in TWO_FILES.items():
        (tmp_path / name).write_text(content)
    command = [sys.executable, "-m", "pytest", "-p", "tests.workers", "-p", "tests.figures", "-n", "2"]

    ran = subprocess.run(
        [*command, "--dist", "loadfile", "--rootdir", tmp_path, "-c", "/dev/null", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    told = sorted(line for line in ran.stdout.splitlines() if line.startswith(("one in", "other in")))
    folders = {line.partition(" in ")[2] for line in told}
    assert [line.split()[0] for line in told] == ["one", "other"], ran.stdout
    assert len(folders) == 1
    assert not Path(folders.pop()).exists()
