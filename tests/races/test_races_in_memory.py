"""Concurrent use cases in six thousand orders, and in a hundred thousand in `make faults`: what must hold holds."""

import logging
from collections.abc import Callable, Iterator

import pytest

from tests.races.interleaving import Interleaving
from tests.races.scenarios import SHARES, Scenario, ran

FEW, MANY = 6, 100
"""Schedules for each of a scenario's share."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Nobody reads a hundred thousand lines of what functions log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("scenario", SHARES)
def test_nothing_breaks_in_any_order(scenario: Scenario, report: Callable[[str], None]) -> None:
    result = ran(scenario, range(FEW * SHARES[scenario]))

    report(f"races in memory, {result}")
    assert result.violations == {}
    assert result.orders > 1


@pytest.mark.nightly
@pytest.mark.parametrize("scenario", SHARES)
def test_nothing_breaks_in_many_more_orders(scenario: Scenario, report: Callable[[str], None]) -> None:
    result = ran(scenario, range(1_000_000, 1_000_000 + MANY * SHARES[scenario]))

    report(f"many races in memory, {result}")
    assert result.violations == {}


def test_a_hundred_thousand_are_planned() -> None:
    assert MANY * sum(SHARES.values()) >= 100_000


@pytest.mark.parametrize("seed", range(20))
def test_a_seed_names_an_order(seed: int) -> None:
    orders = []
    for _ in range(2):
        turn = Interleaving(seed)
        next(iter(SHARES))(turn)
        orders.append(turn.order)

    assert orders[0] == orders[1]


def test_a_read_and_a_write_apart_are_seen_to_lose_one() -> None:
    """The scheduler sees the mistake it is made for: a counter that is read, then written."""

    class Counter:
        def __init__(self) -> None:
            self.value = 0

        def read(self) -> int:
            return self.value

        def write(self, value: int) -> None:
            self.value = value

    def lost(turn: Interleaving) -> list[str]:
        counter = Counter()
        shared = turn.over(counter)
        turn.run({name: lambda: shared.write(shared.read() + 1) for name in ("one", "other")})
        return [] if counter.value == 2 else ["lost"]

    result = ran(lost, range(50))

    assert 0 < len(result.violations) < 50
