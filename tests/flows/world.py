"""The whole system with people at work in it, and an ear for everything it says."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import requests
import time_machine

from ishtirak.kernel.clock import RIYADH
from ishtirak.kernel.months import Month
from local.client import Person, eventually
from local.demo.acts import period_data
from local.environment import Environment, start_environment
from local.simulators.people import Roster, SyntheticPerson
from tests.flows.people import crowd, one_of_the_crowd
from tests.flows.straight import Straight


class World:
    """People, each with a phone, a browser and a password; what they were told wrong is kept in `problems`."""

    def __init__(self, system: Environment, *, people: Roster, logs: Path) -> None:
        self.system, self.cloud, self.simulators = system, system.cloud, system.simulators
        self.people = people
        self.logs = logs
        self.problems: list[str] = []
        self.statuses: list[int] = []
        self._signed_in: dict[str, Person] = {}
        self._next = 0
        self._browsers = 0
        """Each comes from an address of its own, as people do."""
        self._lock = threading.Lock()

    def who(self, username: str) -> SyntheticPerson:
        """The synthetic person behind a user name."""
        return self.people.person(
            next(one.person for one in self.people.sign_ins if one.username == username)
        )

    def person(self, username: str) -> Person:
        """Somebody at the sign-in page."""
        entry = next(one for one in self.people.sign_ins if one.username == username)
        mobile = self.who(username).mobile
        number = mobile.reveal() if mobile else ""
        return Person(
            self.cloud.url,
            username,
            entry.password,
            lambda: self.system.messages_to(number),
            http=self._browser(),
        )

    def signed_in(self, username: str) -> Person:
        """Somebody who signed in: once, as a second code within a minute goes to nobody."""
        if username not in self._signed_in:
            self._signed_in[username] = self.person(username).sign_in()
        return self._signed_in[username]

    def holding_a_token(self, username: str) -> Person:
        """Somebody who signed in long ago, as far as a test is concerned: the pool's own token, no code."""
        person = self.person(username)
        answer = self.cloud.client("cognito-idp").admin_initiate_auth(
            UserPoolId=self.cloud.outputs["UserPoolId"],
            ClientId=self.cloud.outputs["UserPoolClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": person.password},
        )
        person.token = answer["AuthenticationResult"]["IdToken"]
        return person

    def somebody(self) -> Person:
        """A contributor nobody has seen yet, holding a token."""
        with self._lock:
            place, self._next = self._next, self._next + 1
        return self.holding_a_token(one_of_the_crowd(place))

    def expire(self, request_id: str) -> None:
        """Let the wait the request's workflow stands in come to its end."""
        assert eventually(lambda: self.cloud.executions.expire(request_id) or None, "a wait to expire") == 1

    def ended(self, request_id: str) -> str:
        """How the request's workflow ended: its status, and the last state it was in."""

        def over() -> str | None:
            if request_id not in {execution.name for execution in self.cloud.executions.all()}:
                return None
            described = self.cloud.executions.describe(request_id)
            if described["status"] == "RUNNING":
                return None
            return f"{described['status']} {described['states'][-1]['state']}"

        return eventually(over, f"the workflow of {request_id} to end")

    def quiet(self) -> None:
        """Wait until nothing is on its way any more; what waits to be tried again lies still, too."""
        assert self.cloud.settle(timeout=30), "the system does not come to rest"

    def logged(self) -> str:
        """Everything the functions wrote so far."""
        return "\n".join(file.read_text(encoding="utf-8") for file in sorted(self.logs.glob("*.log")))

    def as_after_a_cold_start(self) -> None:
        """New processes for all functions: what the old ones had learnt (broken agencies) is forgotten."""
        self.cloud.runner.close()

    def _browser(self) -> requests.Session:
        session = requests.Session()
        if self.cloud.url == "http://local.cloud":
            with self._lock:
                self._browsers += 1
            straight = Straight(self.cloud, address=f"10.{self._browsers >> 8}.{self._browsers & 255}.7")
            session.mount("http://", straight)
            session.mount("https://", straight)
        session.hooks["response"].append(self._heard)
        return session

    def _heard(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self.statuses.append(response.status_code)
        if "problem+json" in response.headers.get("Content-Type", ""):
            self.problems.append(response.text)


@contextmanager
def running(
    assembly: Path, *, lambdas: Literal["process", "inline"], size: int, logs: Path
) -> Iterator[World]:
    """The whole system with a crowd of that size; everything its functions log is written under `logs`."""
    people = crowd(size)
    with (
        listening(logs / "inline.log"),
        start_environment(assembly, lambdas=lambdas, people=people, logs=logs) as system,
    ):
        world = World(system, people=people, logs=logs)
        world.quiet()  # what seeding set in motion is no test's effect
        yield world


@contextmanager
def listening(to: Path) -> Iterator[None]:
    """Write down every record anybody in this process logs, with all that is attached to it."""
    with to.open("w", encoding="utf-8") as file:
        ear = _Ear(file)
        loggers = [logging.getLogger(), *_loggers_that_keep_to_themselves()]
        for logger in loggers:
            logger.addHandler(ear)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeHandler(ear)


def _loggers_that_keep_to_themselves() -> list[logging.Logger]:
    from ishtirak.edge.logs import logger

    return [] if logger._logger.propagate else [logger._logger]


_PLUMBING = frozenset(vars(logging.makeLogRecord({})))


class _Ear(logging.StreamHandler[Any]):
    """A line for each record: what was said and what was attached, nothing of how logging works."""

    def format(self, record: logging.LogRecord) -> str:
        attached = {name: value for name, value in vars(record).items() if name not in _PLUMBING}
        said = {"logger": record.name, "message": record.getMessage(), **attached}
        return json.dumps(said, default=repr, ensure_ascii=False)


@contextmanager
def later(seconds: float) -> Iterator[None]:
    """The same work so many seconds later; clocks go on ticking."""
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True):
        yield


def months(*, ago: int, count: int) -> tuple[str, str]:
    """The first and the last day of so many whole months, the first of them so many months ago."""
    first = Month.of(datetime.now(RIYADH).date()).plus(-ago)
    return first.first_day.isoformat(), first.plus(count - 1).last_day.isoformat()


def period(*, ago: int = 10, count: int = 6, **changes: Any) -> dict[str, Any]:
    """The data step over whole months, within what may still be added."""
    first, last = months(ago=ago, count=count)
    return period_data(first, last, **changes)
