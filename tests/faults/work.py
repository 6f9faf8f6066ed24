"""Pieces of work for the sweep, by who asks for them: a client, a queue or stream, the workflow."""

import json
import uuid
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

import yaml

from ishtirak.kernel.caller import Caller
from tests.faults.footprint import Footprint, Ground
from tests.faults.stepped import Reply, Stepped
from tests.flows.assembly import ROOT


def not_so(**facts: bool) -> list[str]:
    """The names of the facts that do not hold."""
    return [name.replace("_", " ") for name, holds in facts.items() if not holds]


class Piece:
    """Something a function is to do once; what it leaves is compared with what an undisturbed run left."""

    function: ClassVar[str]
    may_differ: ClassVar[frozenset[str]] = frozenset()
    """Attributes of items that count tries, and may count one too many."""

    anew: ClassVar[bool] = False
    """Whether it leaves something outside the tables that cannot be undone: then each run is one of its own."""

    calls: ClassVar[int | None] = None
    """How many calls are broken, where those after them depend on when a message arrives."""

    def __init__(self, stepped: Stepped) -> None:
        self.stepped = stepped
        stepped.afresh()
        self.prepare()
        self._ground = Ground(stepped, self.may_differ)

    def begin(self) -> None:
        """As if nothing had been tried yet."""
        self._ground.restore()
        self.stepped.afresh()
        self.forget()
        self.before_the_work()
        self._dead_before = len(self.stepped.cloud.dead_letters())
        self._ground.begins()

    def forget(self) -> None:
        """What the piece itself knows of an earlier run."""

    def prepare(self) -> None:
        """Bring the system to where the work begins."""

    def before_the_work(self) -> None:
        """Put what the work begins with where the function takes it from."""

    def attempt(self) -> bool:
        raise NotImplementedError

    def deviations(self) -> list[str]:
        """What is not as it has to be, beside what the footprint shows."""
        return not_so(no_dead_letter=len(self.stepped.cloud.dead_letters()) == self._dead_before)

    def footprint(self) -> Footprint:
        return self._ground.footprint()


class ByQueue(Piece):
    """Work a function takes from its queue or stream; the message comes again until it is taken."""

    def attempt(self) -> bool:
        return self.stepped.work(self.function)


class ByClient(Piece):
    """One HTTP call, sent again by the client under the same key until it is answered for good."""

    method: ClassVar[str] = "POST"
    expected: ClassVar[int] = 200
    repeatable: ClassVar[bool] = True
    """Whether the same key gives the same answer for ever."""
    by: Caller
    path: str
    body: Any = None
    version: int | None = None

    def __init__(self, stepped: Stepped) -> None:
        self.forget()
        super().__init__(stepped)

    def forget(self) -> None:
        self.key = str(uuid.uuid4())
        self.replies: list[Reply] = []

    def attempt(self) -> bool:
        self.replies.append(self.ask())
        return not self.replies[-1].worth_repeating

    def ask(self) -> Reply:
        keyed = self.method == "POST" and self.repeatable
        key = self.key if keyed else None
        return self.stepped.asked(
            self.function, self.method, self.path, self.body, by=self.by, key=key, version=self.version
        )

    @property
    def done(self) -> bool:
        """Whether the last answer says that it is done: as expected, or that an earlier try did it already.

        Who names a version and lost the answer is told that the version has moved on.
        """
        last = self.replies[-1].status
        lost_before = len(self.replies) > 1 and self.version is not None
        return last == self.expected or (lost_before and last == 412)

    def deviations(self) -> list[str]:
        facts = not_so(**{f"answered {self.expected}": self.done})
        if facts:
            facts.append(f"answered {[(reply.status, reply.body) for reply in self.replies]}")
        if self.method == "POST" and self.repeatable:
            again = self.ask()
            same = (again.status, again.body) == (self.replies[-1].status, self.replies[-1].body)
            facts += not_so(the_same_answer_to_the_same_key=same)
        return [*facts, *super().deviations()]


class Reading(ByClient):
    """A call that changes nothing, whatever breaks: the next try is answered."""

    method = "GET"


@cache
def gives_up_after(function: str, error: str) -> bool:
    """Whether `add_period` does not try a step of this function again after an error of this name."""
    machine = yaml.safe_load((ROOT / "workflows" / "add_period.asl.yaml").read_text(encoding="utf-8"))
    named = "${" + "".join(word.title() for word in function.split("_")) + "}"
    steps = [
        {name for retry in state.get("Retry", ()) for name in retry["ErrorEquals"]}
        for state in machine["States"].values()
        if state.get("Arguments", {}).get("FunctionName") == named
    ]
    assert steps, function
    return any(not retried & {error, "States.ALL"} for retried in steps)


class ByWorkflow(Piece):
    """A step of `add_period`, tried again after what its file calls temporary."""

    request_id: str
    given: Mapping[str, Any] = MappingProxyType({})

    def forget(self) -> None:
        self.failures: list[str] = []
        self.answers: list[Any] = []

    def attempt(self) -> bool:
        event = {"execution": self.request_id, "request_id": self.request_id, **self.given}
        answer = self.stepped.invoke(self.function, event)
        if answer.error is None:
            self.answers.append(answer.json())
            return True
        self.failures.append(answer.json()["errorType"])
        return False

    def deviations(self) -> list[str]:
        final = sorted(error for error in set(self.failures) if gives_up_after(self.function, error))
        return [*(f"the workflow gives up after {failure}" for failure in final), *super().deviations()]


def detail_of(body: str) -> Any:
    """The event in a message of a queue the bus fills."""
    return json.loads(body)["detail"]
