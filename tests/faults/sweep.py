"""Every call of a function, broken in every way, each time on work of its own."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ishtirak.adapters import clients
from tests.faults.injector import Call, Mode, breaking
from tests.faults.stepped import Stepped

TRIES = 6


class Work(Protocol):
    """Something a function is to do once, whoever calls it again."""

    def attempt(self) -> bool:
        """One try, as the caller (a client, a queue, a workflow) makes it; whether it needs no other."""

    def deviations(self) -> list[str]:
        """What is not as it has to be once the work is done."""


@dataclass(frozen=True)
class Swept:
    """What a sweep went through, and every point after which something was not as it has to be."""

    function: str
    calls: list[Call]
    points: Counter[str]
    deviations: list[str]

    def __str__(self) -> str:
        names = ", ".join(call.operation for call in self.calls)
        return f"{self.function}: {len(self.calls)} calls ({names}), {sum(self.points.values())} points"


def swept(stepped: Stepped, function: str, work: Callable[[], Work]) -> Swept:
    """Do the work once undisturbed to learn its calls; then break each of them in each way that applies."""
    name = stepped.cloud.functions.resolve(function).name
    clients.client.cache_clear()  # the SDK's allowance of retries begins anew
    calls, wrong = _done(stepped, name, work(), fault=None)
    result = Swept(function, calls, Counter(), [f"undisturbed: {one}" for one in wrong])
    for call in calls:
        for mode in call.modes:
            result.points[mode] += 1
            _, wrong = _done(stepped, name, work(), fault=(call, mode))
            result.deviations.extend(f"{mode} {call.number} {call.operation}: {one}" for one in wrong)
    return result


def _done(
    stepped: Stepped, name: str, work: Work, *, fault: tuple[Call, Mode] | None
) -> tuple[list[Call], list[str]]:
    """The calls made, and what is wrong after the caller gave up or was content."""
    stepped.cold()
    with breaking(name, {fault[0].number: fault[1]} if fault else {}) as trace:
        content = any(work.attempt() for _ in range(TRIES))
    wrong = [] if content else ["the caller never got what it wanted"]
    if fault and (not trace.broken or trace.broken[0] != fault[0]):
        wrong.append(f"the fault met another call: {trace.broken}")
    return trace.calls, [*wrong, *work.deviations()]
