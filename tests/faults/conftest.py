"""The whole system standing still, in this process; one at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ishtirak.adapters.document_sandbox import Sandbox
from local.environment import start_environment
from tests.faults.stepped import Stepped
from tests.flows.assembly import current_assembly
from tests.flows.people import crowd

NEWCOMERS = 200


@pytest.fixture(scope="session")
def assembly() -> Path:
    return current_assembly()


@pytest.fixture(scope="module")
def stepped(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stepped]:
    """Functions inline, nothing polled: a test decides what happens next."""
    logs = tmp_path_factory.mktemp("logs")
    with start_environment(
        assembly, lambdas="inline", people=crowd(0, newcomers=NEWCOMERS), logs=logs
    ) as system:
        yield Stepped(system)


@pytest.fixture
def trusting_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started for a document: what the inspection finds is tested where it lives."""
    monkeypatch.setattr(Sandbox, "inspect", lambda *_, **__: None)
