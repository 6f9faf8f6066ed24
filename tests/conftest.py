"""What tests share: the cloud in memory, and the rule that unit tests need none of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.functions.access_world import World

UNIT = Path(__file__).parent / "unit"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A unit test opens no socket at all, not even to this machine."""
    for item in items:
        if item.path.is_relative_to(UNIT):
            item.add_marker(pytest.mark.disable_socket)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator["World"]:
    """The three tables with the keys of the architecture document, and the keys of KMS, on moto.

    Every call is noted in `calls`, one request after another, as DynamoDB decides them.
    """
    from tests.functions.access_world import access_world

    with access_world(monkeypatch) as world:
        yield world
