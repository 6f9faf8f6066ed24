"""What is declared of each guard: the test that fails without it, or why there is none."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.guards.found import Guard

FILE = Path(__file__).with_name("guards.json")


@dataclass(frozen=True)
class Declaration:
    """A guard alone, or with the others that say the same; `never` says why it cannot matter."""

    guard: Guard
    killed_by: str | None = None
    together_with: tuple[Guard, ...] = ()
    because: str = ""
    """Why there are several that say the same."""
    never: str = ""

    @property
    def taken_away(self) -> tuple[Guard, ...]:
        return (self.guard, *self.together_with)


def declarations() -> dict[Guard, Declaration]:
    """Of every guard, in the order of the file."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        Guard.named(name): Declaration(
            Guard.named(name),
            killed_by=facts.get("killed_by"),
            together_with=tuple(map(Guard.named, facts.get("together_with", ()))),
            because=facts.get("because", ""),
            never=facts.get("never", ""),
        )
        for name, facts in told.items()
    }
