"""One run of the demo: who takes part, and what each step took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from local.client import Person
from local.environment import Environment
from local.simulators.people import roster

console = Console()


class DemoRun:
    """The people, and the steps done so far with their seconds and their AWS calls."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.url = environment.cloud.url
        self.steps: list[tuple[str, float, int]] = []
        self._accounts = {entry["username"]: entry for entry in environment.sign_ins}
        self._signed_in: dict[str, Person] = {}

    def signed_in(self, username: str) -> Person:
        """The person, signed in once: a second code within a minute is not sent to anybody."""
        if username not in self._signed_in:
            self._signed_in[username] = self.person(username).sign_in()
        return self._signed_in[username]

    def person(self, username: str) -> Person:
        entry = self._accounts[username]
        mobile = mobile_of(username)
        return Person(self.url, username, entry["password"], lambda: self.environment.messages_to(mobile))

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step with its time and its AWS calls; counted once everything it set in motion is quiet."""
        before, started = self._calls(), time.monotonic()
        with console.status(title):
            yield
            self.environment.cloud.settle(timeout=5)
        took, calls = time.monotonic() - started, self._calls() - before
        self.steps.append((title, took, calls))
        console.print(f"[green]✓[/] {title}  [dim]{took:.1f} s · {calls} AWS calls[/]")

    def _calls(self) -> int:
        return sum(
            sum(operations.values()) for operations in self.environment.cloud.call_log.counts().values()
        )


def mobile_of(username: str) -> str:
    """The phone registered for a seeded person."""
    people = roster()
    person = next(entry.person for entry in people.sign_ins if entry.username == username)
    return next(one.mobile.reveal() for one in people.people if one.key == person and one.mobile)
