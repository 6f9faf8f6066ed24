"""The story is told once: everything in this folder judges the same record of it."""

import pytest

from tests.flows.assembly import current_assembly
from tests.iam.story import Told, tell


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What every role may do, and what was done with it."""
    return tell(current_assembly(), logs=tmp_path_factory.mktemp("logs"))
