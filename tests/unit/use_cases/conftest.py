"""What the tests of use cases share."""

import pytest

from tests.unit.use_cases.scene import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()
