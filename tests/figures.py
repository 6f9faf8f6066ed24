"""Figures that tests measure, printed at the end of the run whether output is captured or not.

A figure travels with the report of its test, so it arrives from whichever process ran the test.
"""

from collections.abc import Callable

import pytest

_FIGURE = "figure"


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keep a line for the end of the run."""

    def keep(line: str) -> None:
        record_property(_FIGURE, line)

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """All figures, whichever tests ran and wherever; those of a failed test, too."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    figures = [
        line
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, line in report.user_properties
        if name == _FIGURE
    ]
    if figures:
        terminalreporter.section("figures")
        for line in figures:
            terminalreporter.line(str(line))
