"""Figures that tests find out, told at the end of the run whether output is captured or not."""

from collections.abc import Callable

import pytest

_FIGURES: list[str] = []


@pytest.fixture
def tell() -> Callable[[str], None]:
    """Keep a line for the end of the run."""
    return _FIGURES.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Said once, whichever folders' tests ran."""
    if _FIGURES:
        terminalreporter.section("figures")
        for figure in _FIGURES:
            terminalreporter.line(figure)
        _FIGURES.clear()
