"""What tests share: the cloud in memory, the rule that unit tests need none of it, and the cores of the machine."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.figures import pytest_terminal_summary, report
from tests.statuses import _documented_statuses_only
from tests.workers import (
    pytest_configure,
    pytest_configure_node,
    pytest_runtest_protocol,
    pytest_xdist_auto_num_workers,
    pytest_xdist_setupnodes,
    shared_folder,
)

if TYPE_CHECKING:
    from tests.functions.access_world import World

__all__ = [
    "_documented_statuses_only",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_runtest_protocol",
    "pytest_terminal_summary",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_setupnodes",
    "report",
    "shared_folder",
]
UNIT = Path(__file__).parent / "unit"

# no test measures time but those marked `alone`: an example may take as long as the machine makes it
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A unit test opens no socket at all, not even to this machine."""
    for item in items:
        if item.path.is_relative_to(UNIT):
            item.add_marker(pytest.mark.disable_socket)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator["World"]:
    """The three tables with the keys of the architecture document, and the keys of KMS, on moto.

    Every call is noted in `calls`, one request after another, as DynamoDB decides them.
    """
    from tests.functions.access_world import access_world

    with access_world(monkeypatch) as world:
        yield world
