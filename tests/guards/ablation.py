"""Taking guards away while tests run: their clause is made true whatever is stored."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from types import FrameType
from typing import Any
from unittest.mock import patch

import pytest

from ishtirak.adapters import dynamo
from tests.guards.found import WRITERS, Guard, clauses

_ALWAYS = "attribute_not_exists(zz_never)"
_HERE = frozenset({__file__, dynamo.__file__})


@contextmanager
def ablated(guards: Collection[Guard]) -> Iterator[set[Guard]]:
    """Without these guards; the set that is given fills with those that were asked for meanwhile."""
    met: set[Guard] = set()
    with ExitStack() as stack:
        for name in sorted(WRITERS):
            without = _without(getattr(dynamo, name), name, frozenset(guards), met)
            stack.enter_context(patch.object(dynamo, name, without))
        yield met


def _without(
    write: Callable[..., Any], verb: str, guards: frozenset[Guard], met: set[Guard]
) -> Callable[..., Any]:
    @wraps(write)
    def weakened(*given: Any, condition: str, **named: Any) -> Any:
        site, asked_with = _asked_by(sys._getframe(1), verb)
        left = []
        for clause in clauses(condition):
            guard = Guard(site, asked_with, clause)
            met.add(guard)
            left.append(f"({clause} OR {_ALWAYS})" if guard in guards else clause)
        return write(*given, condition=" AND ".join(left), **named)

    return weakened


def _asked_by(frame: FrameType | None, verb: str) -> tuple[str, str]:
    """The function outside `dynamo` that asks for the write, and what it asks with."""
    while frame is not None and frame.f_code.co_filename in _HERE:
        if frame.f_code.co_filename == dynamo.__file__:
            verb = frame.f_code.co_name
        frame = frame.f_back
    assert frame is not None
    return frame.f_code.co_qualname.split(".<locals>")[0], verb


class Verdict:
    """A plugin of pytest: runs tests without some guards, and remembers the first that fails."""

    def __init__(self, guards: Collection[Guard]) -> None:
        self._ablation = ablated(guards)
        self.killed_by: str | None = None
        self.met: set[Guard] = set()
        self.ran = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        self.met = self._ablation.__enter__()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        self._ablation.__exit__(None, None, None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.ran += report.when == "call"
        if report.failed and self.killed_by is None:
            self.killed_by = report.nodeid


def tried(guards: Collection[Guard], tests: Collection[str]) -> Verdict:
    """Run these tests, in this process, without these guards, until one fails."""
    verdict = Verdict(guards)
    options = [
        "-x",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--tb=no",
        "-W",
        "ignore",
    ]
    pytest.main([*options, *tests], plugins=[verdict])
    return verdict
