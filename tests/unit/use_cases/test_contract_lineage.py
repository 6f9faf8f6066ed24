"""What stands for a contract is found again, whoever amended it, and follows the contract in what the contract says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ishtirak.contracts.model import ContractOutcome
from ishtirak.kernel.months import Month
from ishtirak.register.periods import PeriodState, RecordedPeriod
from tests.fakes.contracts import an_event
from tests.unit.use_cases.contract_world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.clock.moment = datetime(2027, 1, 20, 9, tzinfo=UTC)
    return world


def on(day: str, **changes: Any) -> dict[str, Any]:
    return an_event(occurred_at=f"{day}T09:00:00.000Z", **changes)


def registered(world: World) -> RecordedPeriod:
    world.take(on("2026-11-05"))
    return world.for_contract


def amended(world: World) -> RecordedPeriod:
    """The person has shown that the work began on 1 October, at another wage in January."""
    registered(world)
    return world.amend(
        "2026-10-01", "2027-01-20", ("2026-10", "2026-12", 800_000), ("2027-01", "2027-01", 900_000)
    )


def wages(period: RecordedPeriod) -> dict[str, int]:
    last = Month.of(period.ends_on) if period.ends_on else Month.parse("2027-12")
    return {
        str(month): line.basic
        for line in period.wages
        for month in line.first_month.until(min(line.last_month or last, last))
    }


def test_an_end_after_a_persons_amendment_is_recorded(world: World) -> None:
    amended(world)

    outcome = world.take(on("2027-01-20", version=2, type="contract.terminated", terms__ends_on="2027-01-15"))

    period = world.for_contract
    assert outcome is ContractOutcome.ENDED
    assert (period.state, str(period.starts_on), str(period.ends_on)) == (
        PeriodState.ENDED,
        "2026-10-01",
        "2027-01-15",
    )
    assert world.contracts.waiting == {}


def test_what_a_person_amended_stays_until_the_contract_changes_that_very_thing(world: World) -> None:
    amended(world)
    world.clock.moment = datetime(2027, 2, 10, tzinfo=UTC)

    world.take(on("2027-02-09", version=2, type="contract.amended", terms__occupation_code="2433"))

    period = world.for_contract
    assert (str(period.starts_on), str(period.ends_on), period.occupation_code) == (
        "2026-10-01",
        "2027-01-20",
        "2433",
    )
    assert wages(period)["2027-01"] == 900_000

    world.take(
        on(
            "2027-02-09",
            version=3,
            type="contract.amended",
            terms__occupation_code="2433",
            terms__starts_on="2026-12-01",
        )
    )

    assert str(world.for_contract.starts_on) == "2026-12-01"


def test_a_raise_after_a_persons_amendment_counts_from_its_month(world: World) -> None:
    amended(world)
    world.clock.moment = datetime(2027, 3, 10, tzinfo=UTC)
    world.take(on("2027-02-09", version=2, type="contract.amended", terms__wage__basic=1_000_000))

    world.take(
        on(
            "2027-03-09",
            version=3,
            type="contract.terminated",
            terms__wage__basic=1_000_000,
            terms__ends_on="2027-03-05",
        )
    )

    assert wages(world.for_contract) == {
        "2026-10": 800_000,
        "2026-11": 800_000,
        "2026-12": 800_000,
        "2027-01": 900_000,
        "2027-02": 1_000_000,
        "2027-03": 1_000_000,
    }


def test_days_keep_the_route_they_were_registered_by_through_an_amendment_and_the_end(world: World) -> None:
    before = amended(world)

    world.take(on("2027-01-20", version=2, type="contract.terminated", terms__ends_on="2027-01-15"))

    after = world.for_contract
    assert [(each.route, each.starts_on) for each in before.registered] == [
        (each.route, each.starts_on) for each in after.registered
    ]
    assert after.root == before.root


def test_days_the_contract_had_told_of_in_time_stay_in_time_when_they_are_put_back(world: World) -> None:
    registered(world)
    world.amend("2026-11-01", "2026-11-20", ("2026-11", "2026-11", 800_000))

    world.take(on("2027-01-20", version=2, type="contract.terminated", terms__ends_on="2027-01-15"))

    assert [str(each.route) for each in world.for_contract.registered] == ["ON_TIME"]


def test_an_end_before_what_the_person_claimed_leaves_the_contracts_own_days(world: World) -> None:
    registered(world)
    world.amend("2026-12-10", "2027-01-20", ("2026-12", "2027-01", 800_000))

    world.take(on("2027-01-20", version=2, type="contract.terminated", terms__ends_on="2026-11-30"))

    period = world.for_contract
    assert (str(period.starts_on), str(period.ends_on)) == ("2026-11-01", "2026-11-30")


def test_a_voided_contract_undoes_the_amendment_too_and_may_be_registered_anew(world: World) -> None:
    amended(world)
    never = {"terms__starts_on": "2027-02-01", "terms__ends_on": "2027-01-20"}

    outcome = world.take(on("2027-01-20", version=2, type="contract.terminated", **never))

    assert outcome is ContractOutcome.VOIDED
    assert world.standing == {}
    assert world.asked == {}

    again = world.take(
        on("2027-01-20", version=3, type="contract.authenticated", terms__starts_on="2027-01-05")
    )

    assert again is ContractOutcome.REGISTERED
    assert str(world.for_contract.starts_on) == "2027-01-05"


def test_what_was_billed_for_an_amendment_follows_the_contract(world: World) -> None:
    amended(world)
    before = dict(world.rows)
    assert world.asked == before
    assert set(before) == {"2026-10", "2027-01"}

    world.take(on("2027-01-20", version=2, type="contract.terminated", terms__ends_on="2027-01-15"))

    assert world.rows["2026-10"] == before["2026-10"]
    assert 0 < world.rows["2027-01"] < before["2027-01"]
    assert world.asked == world.rows


def test_nothing_is_billed_for_what_the_contract_alone_comes_to(world: World) -> None:
    amended(world)
    world.clock.moment = datetime(2027, 3, 10, tzinfo=UTC)
    goes_on = {"terms__wage__basic": 1_000_000, "terms__ends_on": "2027-02-28", "terms__kind": "FIXED"}

    world.take(on("2027-02-09", version=2, type="contract.amended", **goes_on))

    assert wages(world.for_contract)["2027-02"] == 1_000_000
    assert set(world.rows) == {"2026-10", "2027-01"}
    assert world.asked == world.rows


def test_a_contract_nobody_amended_leaves_nothing_in_the_ledger(world: World) -> None:
    registered(world)

    world.take(on("2027-01-20", version=2, type="contract.terminated", terms__ends_on="2027-01-15"))

    assert world.rows == {}
    assert world.bills.bills == {}


def test_a_second_amendment_of_a_contracts_period_is_billed_for_the_difference_alone(world: World) -> None:
    amended(world)
    before = dict(world.rows)

    world.amend(
        "2026-10-01",
        "2027-01-20",
        ("2026-10", "2026-12", 800_000),
        ("2027-01", "2027-01", 950_000),
        name="2",
    )

    assert set(world.rows) == {"2026-10", "2027-01"}
    assert world.rows["2026-10"] == before["2026-10"]
    assert world.rows["2027-01"] > before["2027-01"]


def test_days_of_a_fixed_term_that_have_not_come_are_no_credit_of_an_amendment(world: World) -> None:
    world.take(on("2026-11-05", terms__kind="FIXED", terms__ends_on="2027-10-31"))

    world.amend("2026-10-01", "2027-01-20", ("2026-10", "2027-01", 800_000))

    assert set(world.rows) == {"2026-10"}
