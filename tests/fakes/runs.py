"""Runs of the workflow in memory, and where those that may have died are reported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ishtirak.requests.runs import RunStatus


@dataclass
class InMemoryRuns:
    """The `WorkflowRuns` port on dictionaries; `over` are the tokens that are answered already."""

    started: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    over: set[str] = field(default_factory=set)
    ended: dict[str, RunStatus] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def start(self, name: str, *, given: Mapping[str, Any]) -> bool:
        is_new = name not in self.started
        self.started.setdefault(name, given)
        return is_new

    def answer(self, token: str, output: Mapping[str, Any]) -> bool:
        if token in self.over:
            return False
        self.answers.append((token, output))
        self.over.add(token)
        return True

    def status(self, name: str) -> RunStatus | None:
        self.asked.append(name)
        return self.ended.get(name, RunStatus.RUNNING) if name in self.started else None

    def running(self) -> Iterator[str]:
        return iter(self.started.keys() - self.ended.keys())

    def stop(self, name: str) -> None:
        self.ended.setdefault(name, RunStatus.ABORTED)


@dataclass
class Reports:
    """The `StrandedRuns` port on a list."""

    runs: list[str] = field(default_factory=list)

    def put(self, run: str) -> None:
        self.runs.append(run)
