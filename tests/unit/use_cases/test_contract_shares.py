"""A contract shares the maximum with the employers of claimed periods, whoever came first (regulation art. 19).

Thirty thousand riyals here and thirty there are 22,500 each; in halalas below.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ishtirak.billing.model import BillState
from ishtirak.kernel.insurance import System
from ishtirak.register.rows import by_month
from ishtirak.register.statement import standing_entry
from tests.fakes.contracts import an_event
from tests.fakes.register import NAMUDHAJ, PERSON, an_establishment
from tests.unit.use_cases.contract_world import World

WHOLE, SHARED = 3_000_000, 2_250_000
RATES = 2_350
"""Every branch, both sides, in ten-thousandths: the new law from July 2026 on."""


@pytest.fixture
def world() -> World:
    world = World()
    world.establishments.employers[NAMUDHAJ.reveal()] = an_establishment(NAMUDHAJ)
    world.clock.moment = datetime(2026, 11, 30, 9, tzinfo=UTC)
    return world


def claimed(world: World) -> str:
    """The worker's period of November with another employer, recorded by request; its id."""
    return world.claim(
        "2026-11-01", "2026-11-30", ("2026-11", "2026-11", 2_800_000), establishment=NAMUDHAJ.reveal()
    ).id


def contract(world: World, *, on: str = "2026-11-05", **changes: Any) -> None:
    world.take(
        an_event(
            occurred_at=f"{on}T09:00:00.000Z",
            **(
                {
                    "terms__starts_on": "2026-11-01",
                    "terms__wage__basic": 2_800_000,
                    "terms__wage__housing": 200_000,
                }
                | changes
            ),
        )
    )


def came_to(world: World, period_id: str) -> Mapping[str, int]:
    entries = world.accounts.entries(PERSON, System.SOCIAL_INSURANCE)
    rows = standing_entry(entries, period_id=period_id).rows
    return {str(month): sum(sides) for month, sides in by_month(rows).items()}


def billed(world: World) -> int:
    return sum(
        bill.contributions for bill in world.bills.bills.values() if bill.state is not BillState.CANCELLED
    )


def of(wage: int) -> dict[str, int]:
    return {"2026-11": wage * RATES // 10_000}


def test_a_contract_lowers_what_another_employer_was_billed(world: World) -> None:
    period = claimed(world)
    assert came_to(world, period) == of(WHOLE)

    contract(world)

    assert came_to(world, period) == of(SHARED)
    assert billed(world) == of(SHARED)["2026-11"]


def test_the_order_makes_no_difference(world: World) -> None:
    contract(world)

    period = claimed(world)

    assert came_to(world, period) == of(SHARED)
    assert billed(world) == of(SHARED)["2026-11"]


def test_a_contract_that_never_was_gives_it_back(world: World) -> None:
    period = claimed(world)
    contract(world)

    contract(world, on="2026-11-20", version=2, type="contract.terminated", terms__ends_on="2026-10-31")

    assert came_to(world, period) == of(WHOLE)
    assert billed(world) == of(WHOLE)["2026-11"]


def test_every_change_of_the_contract_is_followed_and_billed_once(world: World) -> None:
    period = claimed(world)
    contract(world)
    contract(world, on="2026-11-10", version=2, type="contract.amended", terms__wage__basic=1_300_000)
    contract(world, on="2026-11-20", version=3, type="contract.amended", terms__wage__basic=800_000)

    assert came_to(world, period) == of(WHOLE)
    assert billed(world) == of(WHOLE)["2026-11"]
    assert len({bill.id for bill in world.bills.bills.values()}) == len(world.bills.bills) == 2
