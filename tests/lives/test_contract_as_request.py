"""Qiwa's way and a person's request register the same for the same facts: one judgement for both."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ishtirak.contracts.model import ContractOutcome
from ishtirak.kernel.errors import Refused
from ishtirak.kernel.months import Month
from ishtirak.register.periods import RecordedPeriod
from tests.fakes.contracts import an_event
from tests.fakes.register import PERSON
from tests.unit.use_cases.contract_world import World

TODAY = date(2026, 11, 22)
FIRST = date(2026, 10, 1)
DAY = st.integers(0, (TODAY - FIRST).days).map(lambda days: FIRST + timedelta(days=days))
WAGE = st.sampled_from([0, 100_000, 800_000, 5_000_000])
BORN = st.sampled_from(["2001-05-20", "2016-11-01", "2011-10-20", "1936-01-01", "1962-02-03", "1961-10-20"])
HISTORY = st.sampled_from([frozenset(), frozenset({"SOCIAL_INSURANCE"}), frozenset({"MILITARY_PENSION"})])


def told(world: World) -> tuple[Any, ...] | str:
    """What the register has of the period in the end."""
    standing = [each for each in world.accounts.recorded.values() if each.stands]
    return tuple(
        (
            period.starts_on,
            period.ends_on,
            [(each.starts_on, each.ends_on, each.route) for each in period.registered],
            _wages(period),
            period.law,
            period.work_started_on,
        )
        for period in standing
    )


def _wages(period: RecordedPeriod) -> dict[Month, tuple[int, int]]:
    assert period.ends_on is not None
    return {
        month: (line.basic, line.housing)
        for month in Month.of(period.starts_on).until(Month.of(period.ends_on))
        for line in period.wages
        if line.covers(month)
    }


@settings(max_examples=1000, deadline=None)
@given(
    days=st.tuples(DAY, DAY, DAY).map(sorted),
    again=DAY,
    basic=WAGE,
    born=BORN,
    history=HISTORY,
    amends=st.booleans(),
)
def test_both_ways_register_the_same_for_the_same_facts(
    days: list[date], again: date, basic: int, born: str, history: frozenset[str], amends: bool
) -> None:
    first, last, told_on = days
    again = max(first, again)
    worlds = [World(), World()]
    for world in worlds:
        world.clock.moment = _at(told_on)
        known = world.people.people[PERSON]
        world.people.people[PERSON] = known.model_validate(
            dict(known) | {"birth_date": born, "uncompensated_before_new_law": history}
        )
    by_contract, by_request = worlds
    event = {
        "worker__birth_date": born,
        "terms__kind": "FIXED",
        "terms__starts_on": first.isoformat(),
        "terms__wage__basic": basic,
        "occurred_at": _at(told_on).isoformat(),
    }
    outcome = by_contract.take(an_event(**event, terms__ends_on=last.isoformat()))
    refused = _asked(by_request, first, last, basic)

    if refused:
        assert (outcome, by_contract.reason.value) == (ContractOutcome.QUARANTINED, refused)
        return
    assert outcome is ContractOutcome.REGISTERED
    assert told(by_contract) == told(by_request)
    if not amends:
        return
    for world in worlds:
        world.clock.moment = _at(TODAY)
    event["occurred_at"] = _at(TODAY).isoformat()
    by_contract.take(an_event(**event, version=2, type="contract.amended", terms__ends_on=again.isoformat()))
    _asked(by_request, first, again, basic, amends=True)

    assert told(by_contract) == told(by_request)


def _asked(world: World, first: date, last: date, basic: int, *, amends: bool = False) -> str | None:
    """Ask for the period; the code of the refusal, if it is refused."""
    standing = next(iter(world.accounts.recorded.values()), None)
    months = first.isoformat()[:7], last.isoformat()[:7]
    try:
        world.claim(
            first.isoformat(),
            last.isoformat(),
            (*months, basic),
            amends=standing.id if amends and standing else None,
            name="2" if amends else "1",
        )
    except Refused as refusal:
        return refusal.code
    return None


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
