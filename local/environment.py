"""The composed environment: the local cloud, the simulated agencies, and the people of `people.json`.

`with start_environment(Path("cdk.out")) as environment:` gives `environment.cloud.url` and
`environment.simulators.outbox`.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.assembly import REGION
from local.attempts import with_last_attempts
from local.pages import SITE, register_sign_ins
from local.seed import seed
from local.simulators import Simulators
from local.simulators import start as start_simulators
from local.simulators.people import Roster, roster
from localcloud.cloud import Cloud, Lambdas

LOGS = Path(__file__).resolve().parent.parent / ".local" / "logs"


@dataclass(frozen=True)
class Environment:
    """What is running, and who can sign in to it."""

    cloud: Cloud
    simulators: Simulators
    sign_ins: list[dict[str, Any]]

    def messages_to(self, mobile: str) -> list[str]:
        """The texts sent to a phone, oldest first."""
        return [message.text for message in self.simulators.outbox.messages(to=mobile)]


@contextmanager
def start_environment(
    assembly: Path,
    *,
    port: int = 0,
    keep: Path | None = None,
    reset: bool = False,
    lambdas: Lambdas = "process",
    people: Roster | None = None,
    logs: Path = LOGS,
) -> Iterator[Environment]:
    """Start everything and end it all. People (those of `people.json` where none are named) are seeded once.

    A kept state is not seeded again.
    """
    everybody = people or roster()
    with ExitStack() as stack:
        cloud = stack.enter_context(
            Cloud.start(
                assembly,
                port=port,
                keep=keep,
                reset=reset,
                lambdas=lambdas,
                logs=logs,
                region=REGION,
                site=SITE,
            )
        )
        simulators = stack.enter_context(start_simulators(cloud, people))
        with cloud.recorded_as_one():
            listed = seed(cloud, people)
        persons = {one.username: everybody.person(one.person).person_id for one in everybody.sign_ins}
        register_sign_ins(cloud, lambda: with_last_attempts(cloud, listed, persons))
        yield Environment(cloud, simulators, listed)
