"""Whatever a person's request made of a contract's period: the contract's end is recorded."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ishtirak.contracts.model import ContractOutcome
from ishtirak.kernel.months import Month
from ishtirak.register.periods import PeriodState
from tests.fakes.contracts import an_event
from tests.unit.use_cases.contract_world import World


def on(day: str, **changes: Any) -> dict[str, Any]:
    return an_event(occurred_at=f"{day}T09:00:00.000Z", **changes)


DAYS = ("2026-10-20", "2026-11-01", "2026-11-10", "2026-12-01", "2027-01-05")
LAST = ("2026-11-30", "2026-12-31", "2027-01-15", "2027-01-20")


@settings(max_examples=1000, deadline=None)
@given(
    person=st.tuples(st.sampled_from(DAYS), st.sampled_from(LAST), st.sampled_from([800_000, 900_000])),
    raised=st.sampled_from([800_000, 950_000]),
    start=st.sampled_from(["2026-11-01", "2026-11-10", "2026-12-05"]),
    ended=st.sampled_from(LAST),
    place=st.integers(0, 2),
)
def test_an_end_is_recorded_whatever_a_person_amended_before_it(
    person: tuple[str, str, int], raised: int, start: str, ended: str, place: int
) -> None:
    world = World()
    world.clock.moment = datetime(2027, 1, 20, 9, tzinfo=UTC)
    starts_on, ends_on, basic = person
    life = [
        on("2026-11-05"),
        on(
            "2027-01-20",
            version=2,
            type="contract.amended",
            terms__starts_on=start,
            terms__wage__basic=raised,
        ),
    ]
    for position, event in enumerate(life):
        world.take(event)
        if position == place and starts_on <= ends_on:
            months = (starts_on[:7], ends_on[:7])
            lines = [(month, month, _wage_in(world, month)) for month in _months(*months)]
            if months[1] == "2027-01":
                lines[-1] = ("2027-01", "2027-01", basic)
            world.amend(starts_on, ends_on, *lines)

    outcome = world.take(
        on(
            "2027-01-20",
            version=3,
            type="contract.terminated",
            terms__starts_on=start,
            terms__wage__basic=raised,
            terms__ends_on=ended,
        )
    )

    assert world.contracts.waiting == {}
    if ended < start:
        assert outcome is ContractOutcome.VOIDED
        return
    period = world.for_contract
    assert outcome is ContractOutcome.ENDED
    assert (period.state, str(period.ends_on)) == (PeriodState.ENDED, ended)
    assert sum(world.asked.values()) == sum(amount for amount in world.rows.values() if amount > 0)


def _months(first: str, last: str) -> list[str]:
    return [str(month) for month in Month.parse(first).until(Month.parse(last))]


def _wage_in(world: World, month: str) -> int:
    lines = (line for line in world.for_contract.wages if line.covers(Month.parse(month)))
    return next((int(line.basic) for line in lines), 800_000)
