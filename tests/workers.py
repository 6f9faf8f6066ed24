"""What the processes of one test run (pytest-xdist's workers) share: the cores, and what only one of them need make."""

import fcntl
import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

MOST = 8
"""Workers at the most; the longest file of tests takes more than an eighth of the whole."""
MEMORY = 2 << 30
"""Bytes for each worker: one that has synthesised the stacks and deployed the cloud holds as much, Node included."""

_FOLDER = pytest.StashKey[Path]()
_MACHINE = pytest.StashKey["Machine"]()


class Machine:
    """Shared by the workers, except while one of them runs a test that needs every core."""

    def __init__(self, folder: Path) -> None:
        self._door = folder / "door.lock"
        self._cores = (folder / "cores.lock").open("a")

    @contextmanager
    def used(self, *, alone: bool) -> Iterator[None]:
        """Together with others, or alone: then wait until they are through with the tests they are at.

        Everybody comes through one door, so who waits to be alone is not overtaken by those who share.
        """
        with locked(self._door):
            fcntl.flock(self._cores, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._cores, fcntl.LOCK_UN)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the file, which is made if it is not there, against every other process that asks for it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder all workers of this run see, and no other run."""
    return pytestconfig.stash.get(_FOLDER, tmp_path_factory.getbasetemp())


def pytest_configure(config: pytest.Config) -> None:
    """Meet the other workers, if this is one of several."""
    folder = getattr(config, "workerinput", {}).get("folder")
    if folder is not None:
        config.stash[_FOLDER] = Path(folder)
        config.stash[_MACHINE] = Machine(Path(folder))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker for each core this process may use, as far as memory allows: `-n auto`."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(MOST, os.process_cpu_count() or 1, memory // MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """A folder for the workers, as long as the run lasts."""
    folder = tempfile.TemporaryDirectory(prefix="ishtirak-tests-")
    config.add_cleanup(folder.cleanup)
    config.stash[_FOLDER] = Path(folder.name)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where."""
    node.workerinput["folder"] = str(node.config.stash[_FOLDER])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test marked `alone` has every core, from the making of its fixtures to their end."""
    machine = item.config.stash.get(_MACHINE, None)
    if machine is None:
        return (yield)
    with machine.used(alone=item.get_closest_marker("alone") is not None):
        return (yield)
