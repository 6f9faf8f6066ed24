"""A contract that lasts: as many versions as a long career has raises."""

from datetime import UTC, datetime

from ishtirak.contracts.model import ContractOutcome
from ishtirak.kernel.months import Month
from tests.fakes.contracts import NUMBER, an_event
from tests.unit.use_cases.contract_world import World


def test_a_raise_every_month_of_eleven_years_is_registered() -> None:
    world = World()
    world.clock.moment = datetime(2037, 12, 1, tzinfo=UTC)
    world.take(an_event(occurred_at="2026-11-22T09:00:00.000Z"))
    months = [str(month) for month in Month.parse("2026-12").until(Month.parse("2037-11"))]

    for place, month in enumerate(months, start=2):
        raised = {"version": place, "type": "contract.amended", "terms__wage__basic": 800_000 + place}
        taken = world.take(an_event(occurred_at=f"{month}-10T09:00:00.000Z", **raised))
        assert taken is ContractOutcome.AMENDED

    assert len(world.standing[NUMBER].wages) == 133
