"""The assembly, synthesised once when it is out of date; and the whole system on it, one at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.assembly import current_assembly
from tests.flows.world import World, running


@pytest.fixture(scope="session")
def assembly() -> Path:
    return current_assembly()


@pytest.fixture(scope="module")
def world(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything in this process; simulators on loopback."""
    with running(assembly, lambdas="inline", size=80, logs=tmp_path_factory.mktemp("logs")) as everything:
        yield everything
