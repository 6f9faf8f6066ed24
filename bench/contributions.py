"""Bulk contributions: integer halalas against a Decimal per record. `python -m bench.contributions`.

Both compute the same branches for the same contributor-months and must agree to the halala before anything is
timed. Each variant has its own warmed process; rounds take a slice of each in rotating order; the ratio is taken
within a round. The Decimal variant runs twice (an A/A twin): when the twins disagree, the run is void.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection

from ishtirak.kernel.insurance import Law, System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.statute.charges import charges
from ishtirak.statute.model import Branch
from ishtirak.statute.tables import statutory_tables

RECORDS = 20_000
SLICE = 2_000
ROUNDS = 60
SEED = 1446
GOAL = 5
HALALA = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Record:
    """One contributor-month."""

    wage: int
    service_days: int
    month_days: int


def records() -> list[Record]:
    """Wages between the least and the most; one month in ten is partial."""
    chance = random.Random(SEED)  # the same records every time
    return [
        Record(
            wage=chance.randint(150_000, 4_500_000),
            service_days=chance.randint(1, 31) if chance.random() < 0.1 else 31,
            month_days=31,
        )
        for _ in range(RECORDS)
    ]


def basis_points() -> tuple[int, ...]:
    """The rates of a citizen under the new law in July 2026, employee and employer of every branch."""
    tables, day = statutory_tables(), Month.parse("2026-07").first_day
    keys = {"system": System.SOCIAL_INSURANCE, "law": Law.NEW}
    rates = [tables.rates.at(day, **keys, branch=branch).value for branch in Branch]
    return tuple(side for rate in rates for side in (rate.employee, rate.employer))


def by_halalas(batch: Sequence[Record], rates: tuple[int, ...]) -> list[tuple[int, ...]]:
    """What the product does."""
    return [
        charges(
            Halalas(record.wage),
            rates=rates,
            service_days=record.service_days,
            month_days=record.month_days,
        )
        for record in batch
    ]


def by_decimal(batch: Sequence[Record], rates: tuple[int, ...]) -> list[tuple[Decimal, ...]]:
    """What is usually written: riyals, percentages and a quantize for every amount."""
    parts = [Decimal(rate) / 10_000 for rate in rates]
    return [
        tuple(
            (Decimal(record.wage) / 100 * part * record.service_days / record.month_days).quantize(
                HALALA, rounding=ROUND_HALF_UP
            )
            for part in parts
        )
        for record in batch
    ]


VARIANTS: dict[str, Callable[[Sequence[Record], tuple[int, ...]], object]] = {
    "decimal": by_decimal,
    "decimal (twin)": by_decimal,
    "halalas": by_halalas,
}


def agree(batch: Sequence[Record], rates: tuple[int, ...]) -> bool:
    """Whether the two are equal to the halala on every record."""
    pairs = zip(by_halalas(batch, rates), by_decimal(batch, rates), strict=True)
    return all(list(whole) == [int(part * 100) for part in parts] for whole, parts in pairs)


def serve(name: str, wire: Connection) -> None:
    """A warmed process that times the slices it is asked for, in CPU nanoseconds."""
    batch, rates, compute = records(), basis_points(), VARIANTS[name]
    compute(batch, rates)
    wire.send("ready")
    while (first := wire.recv()) is not None:
        started = time.process_time_ns()
        compute(batch[first : first + SLICE], rates)
        wire.send(time.process_time_ns() - started)


def measure() -> dict[str, list[int]]:
    """The time of each variant in each round, in rotating order."""
    context = get_context("spawn")
    wires: dict[str, Connection] = {}
    for name in VARIANTS:
        wires[name], far_end = context.Pipe()
        context.Process(target=serve, args=(name, far_end), daemon=True).start()
    for wire in wires.values():
        wire.recv()
    times: dict[str, list[int]] = {name: [] for name in VARIANTS}
    for turn in range(ROUNDS):
        order = list(VARIANTS)
        for name in order[turn % len(order) :] + order[: turn % len(order)]:
            wires[name].send(turn * SLICE % RECORDS)
            times[name].append(wires[name].recv())
    for wire in wires.values():
        wire.send(None)
    return times


def quartiles(ratios: Sequence[object]) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile."""
    lower, median, upper = statistics.quantiles(map(float, ratios), n=4)  # type: ignore[arg-type]
    return lower, median, upper


def main() -> int:
    """Exit status 0 when the goal is met on the worse quartile, 1 when it is not, 2 when the run is void."""
    out = partial(print, file=sys.stdout)
    if not agree(records(), basis_points()):
        out("void: the two do not agree to the halala")
        return 2
    times = measure()
    anchor = times["decimal"]
    for name, measured in times.items():
        per_record = statistics.median(measured) / SLICE
        lower, median, upper = quartiles([a / b for a, b in zip(anchor, measured, strict=True)])
        out(
            f"{name:<15} {per_record:7.0f} ns a record   {median:5.2f}x [{lower:.2f}..{upper:.2f}] of decimal"
        )
    lower, median, upper = quartiles([a / b for a, b in zip(anchor, times["decimal (twin)"], strict=True)])
    if not 0.95 <= median <= 1.05 or upper - lower > 0.10:
        out("void: the A/A twins disagree")
        return 2
    worst = quartiles([a / b for a, b in zip(anchor, times["halalas"], strict=True)])[0]
    out(f"{RECORDS} records agree to the halala; {worst:.2f}x on the worse quartile, goal {GOAL}x")
    return 0 if worst >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
