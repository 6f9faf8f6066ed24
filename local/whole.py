"""The whole of it on one machine: the cloud, the outside agencies, and the people everybody knows.

`with whole(Path("cdk.out")) as system:` gives `system.cloud.url` and `system.simulators.outbox`.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from local.cloud import Cloud
from local.seed import seed
from local.simulators import Simulators
from local.simulators import start as start_simulators
from local.simulators.people import Roster

LOGS = Path(__file__).resolve().parent.parent / ".local" / "logs"


@dataclass(frozen=True)
class Whole:
    """What is running."""

    cloud: Cloud
    simulators: Simulators

    def messages_to(self, mobile: str) -> list[str]:
        """The texts sent to a phone, oldest first."""
        return [message.text for message in self.simulators.outbox.messages(to=mobile)]


@contextmanager
def whole(
    assembly: Path,
    *,
    port: int = 0,
    keep: Path | None = None,
    reset: bool = False,
    lambdas: Literal["process", "inline"] = "process",
    people: Roster | None = None,
    logs: Path = LOGS,
) -> Iterator[Whole]:
    """Start everything and end it all. People (those of `people.json` where none are named) are seeded once.

    A kept state is not seeded again.
    """
    fresh = reset or keep is None or not (keep / "state.pickle").exists()
    with ExitStack() as stack:
        cloud = stack.enter_context(
            Cloud.start(assembly, port=port, keep=keep, reset=reset, lambdas=lambdas, logs=logs)
        )
        simulators = stack.enter_context(start_simulators(cloud, people))
        cloud.register_outbox(
            lambda: [
                {"at": message.at, "to": message.to, "text": message.text, "provider": message.provider}
                for message in simulators.outbox.messages()
            ]
        )
        if fresh:
            seed(cloud, people)
        yield Whole(cloud, simulators)
