"""Every race there is, how often each is run, and the run."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.races import access, drafts, establishments, logins, register, requests
from tests.races.interleaving import Interleaving

type Scenario = Callable[[Interleaving], list[str]]
"""Lets actors loose in this order; what did not hold afterwards."""

SHARES: dict[Scenario, int] = {
    requests.clicked_twice: 30,
    requests.submitted_and_edited: 120,
    requests.guessed: 120,
    requests.asked_for_codes: 120,
    requests.two_officers: 120,
    requests.reply_or_silence: 120,
    drafts.begun_at_once: 30,
    access.passwords_typed_at_once: 90,
    access.one_code_in_two_browsers: 90,
    access.renewed_and_left: 120,
    access.stolen_handle: 20,
    logins.one_code_with_many_passwords: 12,
    logins.claimed_at_once: 60,
    logins.changed_and_recovered: 10,
    register.contracts_in_any_order: 8,
    register.paid_at_once: 8,
    register.contract_and_request: 4,
    establishments.lists_that_follow: 120,
    establishments.revealed_at_once: 20,
}
"""Of a thousand schedules, so many are of each; those that calculate bills take a hundred times as long as others."""


@dataclass(frozen=True)
class Ran:
    """What became of some schedules: how many orders there were, and the seeds after which something did not hold."""

    name: str
    schedules: int
    orders: int
    seconds: float
    violations: dict[int, list[str]]

    def __str__(self) -> str:
        rate = self.schedules / self.seconds
        return f"{self.name}: {self.schedules} schedules, {self.orders} orders, {rate:.0f} a second"


def ran(scenario: Scenario, seeds: Iterable[int]) -> Ran:
    """The scenario under each of these seeds; one is run again by `scenario(Interleaving(seed))`."""
    orders: set[tuple[int, ...]] = set()
    violations: dict[int, list[str]] = {}
    began, count = time.perf_counter(), 0
    for seed in seeds:
        turn = Interleaving(seed)
        wrong = scenario(turn)
        count += 1
        orders.add(tuple(turn.order))
        if wrong:
            violations[seed] = wrong
    return Ran(scenario.__name__, count, len(orders), time.perf_counter() - began, violations)
