"""The story is run once: everything in this folder judges the same record of it."""

import pytest

from tests.flows.assembly import current_assembly
from tests.iam.story import Story, record


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """What every role may do, and what was done with it."""
    return record(current_assembly(), logs=tmp_path_factory.mktemp("logs"))
