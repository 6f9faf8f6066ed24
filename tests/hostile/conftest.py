"""The whole system on the local cloud, one for each file of tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import assembly, world
from tests.flows.world import World, running

__all__ = ["assembly", "served", "world"]


@pytest.fixture(scope="module")
def served(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The same behind a socket, each function a process of its own: for what is tried byte by byte."""
    with running(assembly, lambdas="process", size=160, logs=tmp_path_factory.mktemp("logs")) as everything:
        yield everything
