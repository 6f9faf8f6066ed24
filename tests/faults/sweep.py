"""Every call of a function, broken in every way, each time on work of its own."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ishtirak.adapters import clients
from tests.faults.footprint import Footprint
from tests.faults.injector import Call, Mode, Trace, breaking
from tests.faults.stepped import Stepped
from tests.faults.work import Piece

TRIES = 6
YOUNG = 60.0
"""Seconds a piece is used again, its tables put back: a code in it is good for five minutes."""


@dataclass(frozen=True)
class Swept:
    """What a sweep went through, and every point after which something was not as it has to be."""

    function: str
    calls: list[Call]
    points: Counter[str] = field(default_factory=Counter)
    deviations: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.points.values())

    def __str__(self) -> str:
        names = ", ".join(call.operation for call in self.calls)
        return f"{self.function}: {len(self.calls)} calls ({names}), {self.count} points"


class Sweep:
    """One piece of work, done again and again; the undisturbed run says what it has to leave."""

    def __init__(self, stepped: Stepped, kind: type[Piece]) -> None:
        self._stepped, self._kind = stepped, kind
        self._name = stepped.cloud.functions.resolve(kind.function).name
        clients.client.cache_clear()  # the SDK's allowance of retries begins anew
        self._piece, self._made_at = kind(stepped), time.monotonic()
        self._clean: Footprint | None = None
        self.calls, self.deviations = self._begin()

    def _begin(self) -> tuple[list[Call], list[str]]:
        trace, wrong = self.done({})
        return trace.calls[: self._kind.calls], [f"undisturbed: {one}" for one in wrong]

    def done(self, faults: Mapping[int, Mode], *, tries: int = TRIES) -> tuple[Trace, list[str]]:
        """Do the work while these calls break; the calls made, and what is wrong once the caller stopped asking."""
        outdated = time.monotonic() - self._made_at > YOUNG
        if outdated or (self._kind.anew and self._clean is not None):
            self._piece, self._made_at = self._kind(self._stepped), time.monotonic()
        piece = self._piece
        piece.begin()
        self._stepped.cold()
        with breaking(self._name, faults) as trace:
            content = any(piece.attempt() for _ in range(tries))
        wrong = [] if content else ["the caller never got what it wanted"]
        left = piece.footprint()
        if self._clean is None:
            self._clean = left
        return trace, [*wrong, *left.differences(self._clean), *piece.deviations()]


def swept(stepped: Stepped, kind: type[Piece], *, every_mode: bool = False) -> Swept:
    """Do the work once undisturbed to learn its calls; then break each of them in each way that tells something."""
    sweep = Sweep(stepped, kind)
    result = Swept(kind.function, sweep.calls, deviations=sweep.deviations)
    for call in sweep.calls:
        for mode in call.modes if every_mode else call.telling_modes:
            result.points[mode] += 1
            trace, wrong = sweep.done({call.number: mode})
            if not trace.broken or trace.broken[0] != call:
                wrong.append(f"the fault met another call: {trace.broken}")
            result.deviations.extend(f"{mode} {call.number} {call.operation}: {one}" for one in wrong)
    return result
