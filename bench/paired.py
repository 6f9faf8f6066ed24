"""The protocol of every warm comparison: a process each, slices in rotating order, ratios within a round.

The anchor runs twice (an A/A twin). When the twins disagree, the machine was too busy to say anything: the run is void.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

type Timed = Callable[[str, int], int]
"""Runs so many calls of a variant and gives the CPU nanoseconds they took."""


@dataclass(frozen=True)
class Ratio:
    """The quartiles of a variant's time in parts of the anchor's, round by round."""

    lower: float
    median: float
    upper: float

    def __str__(self) -> str:
        return f"{self.median:.2f} [{self.lower:.2f}..{self.upper:.2f}]"

    @property
    def agrees(self) -> bool:
        """Whether a twin came out as its twin."""
        return 0.95 <= self.median <= 1.05 and self.upper - self.lower <= 0.10


def ratio(times: Sequence[int], anchor: Sequence[int]) -> Ratio:
    """Both measured in the same rounds."""
    parts = [one / other for one, other in zip(times, anchor, strict=True)]
    return Ratio(*statistics.quantiles(parts, n=4))


def measure(
    variants: Sequence[str], *, worker: Callable[[str, Connection], None], calls: int, rounds: int
) -> Mapping[str, list[int]]:
    """CPU nanoseconds of each variant in each round; a worker is warm when it says anything at all."""
    context = get_context("spawn")
    wires: dict[str, Connection] = {}
    for name in variants:
        wires[name], far_end = context.Pipe()
        context.Process(target=worker, args=(name, far_end), daemon=True).start()
    for wire in wires.values():
        wire.recv()
    times: dict[str, list[int]] = {name: [] for name in variants}
    for turn in range(rounds):
        shift = turn % len(variants)
        for name in (*variants[shift:], *variants[:shift]):
            wires[name].send(calls)
            times[name].append(wires[name].recv())
    for wire in wires.values():
        wire.send(None)
    return times
