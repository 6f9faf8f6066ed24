"""A contract is judged by the rules a person's request is judged by."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ishtirak.contracts.model import ContractOutcome, HoldReason
from ishtirak.contracts.rules import Hold, refused
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import Refused
from ishtirak.register.refusals import PeriodOverlaps
from tests.fakes.contracts import NUMBER, an_event
from tests.fakes.register import PERSON, an_establishment
from tests.unit.use_cases.contract_world import World


@pytest.fixture
def world() -> World:
    return World()


def born(world: World, day: str) -> dict[str, Any]:
    """The worker, and what the contract says of them, with another birth date."""
    world.people.people[PERSON] = world.people.people[PERSON].model_copy(
        update={"birth_date": CivilDate.parse(day)}
    )
    return {"worker__birth_date": day}


def quarantined_for(world: World, reason: str, **event: Any) -> None:
    outcome = world.take(an_event(**event))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, reason)
    assert world.standing == {}


def test_reg_08_a_child_of_ten_is_not_registered(world: World) -> None:
    quarantined_for(world, "below_minimum_age", **born(world, "2016-11-01"))


def test_reg_08_a_person_of_ninety_is_registered_for_hazards_and_flagged(world: World) -> None:
    outcome = world.take(an_event(**born(world, "1936-01-01")))

    assert outcome is ContractOutcome.REGISTERED
    assert "TOO_OLD_FOR_ANNUITIES" in world.standing[NUMBER].flags


def test_wag_02_no_wage_is_not_registered(world: World) -> None:
    quarantined_for(world, "wage_not_positive", terms__wage__basic=0, terms__wage__housing=0)


def test_wag_01_housing_in_cash_and_in_kind_is_not_registered(world: World) -> None:
    quarantined_for(world, "housing_given_twice", terms__wage__housing_in_kind=True)


def test_reg_05_a_start_years_ahead_waits_for_somebody(world: World) -> None:
    quarantined_for(world, "starts_in_the_future", terms__starts_on="2028-01-01")


def test_reg_05_a_contract_may_begin_ninety_days_after_its_authentication(world: World) -> None:
    assert world.take(an_event(terms__starts_on="2027-02-20")) is ContractOutcome.REGISTERED


def test_reg_05_and_not_ninety_one(world: World) -> None:
    quarantined_for(world, "starts_in_the_future", terms__starts_on="2027-02-21")


def test_reg_07_who_owns_an_establishment_alone_is_not_insured_by_it(world: World) -> None:
    world.replace_employer(an_establishment(single_owner=PERSON))

    quarantined_for(world, "owner_cannot_be_registered")


def test_reg_06_days_of_another_contract_with_the_employer_are_not_registered_twice(world: World) -> None:
    world.take(an_event())

    outcome = world.take(an_event(contract_number="C-0000000002"))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "overlaps_recorded_period")


def test_qiw_01_an_amendment_registers_nobody(world: World) -> None:
    outcome = world.take(an_event(type="contract.amended", version=2))

    assert outcome is ContractOutcome.AWAITING
    assert world.standing == {}
    assert world.contracts.contracts[NUMBER].version is None


def test_qiw_01_what_waited_registers_with_the_authentication(world: World) -> None:
    world.take(an_event(type="contract.amended", version=2, terms__wage__basic=900_000))

    outcome = world.take(an_event(terms__wage__basic=800_000))

    assert outcome is ContractOutcome.REGISTERED
    assert world.contracts.contracts[NUMBER].version == 2
    assert [line.basic for line in world.standing[NUMBER].wages] == [900_000]


def test_qiw_01_what_happens_after_today_is_not_believed(world: World) -> None:
    quarantined_for(world, "occurs_in_the_future", occurred_at="2026-11-23T08:00:00.000Z")


def test_reg_06_a_leaver_reported_after_the_month_is_flagged(world: World) -> None:
    world.take(an_event())
    world.clock.moment = datetime(2027, 1, 2, tzinfo=UTC)

    outcome = world.take(
        an_event(
            version=2,
            type="contract.terminated",
            terms__ends_on="2026-12-31",
            occurred_at="2027-01-01T08:00:00.000Z",
        )
    )

    assert outcome is ContractOutcome.ENDED
    assert "END_REPORTED_LATE" in world.standing[NUMBER].flags


def test_reg_06_a_leaver_reported_on_the_last_day_of_the_month_is_not(world: World) -> None:
    world.take(an_event())
    world.clock.moment = datetime(2026, 12, 2, tzinfo=UTC)

    world.take(
        an_event(
            version=2,
            type="contract.terminated",
            terms__ends_on="2026-11-01",
            occurred_at="2026-11-30T20:59:00.000Z",
        )
    )

    assert world.standing[NUMBER].flags == ()


def test_a_contract_told_of_in_time_has_nothing_to_be_flagged(world: World) -> None:
    world.take(an_event(terms__kind="FIXED", terms__ends_on="2026-12-31"))

    period = world.standing[NUMBER]
    assert (period.flags, period.state.value, str(period.ends_on)) == ((), "ACTIVE", "2026-12-31")


def test_what_the_register_refuses_without_a_reason_of_our_own_is_its_refusal() -> None:
    assert refused(Unheard()) == Hold(HoldReason.REGISTER_REFUSES)
    assert refused(PeriodOverlaps()) == Hold(HoldReason.PERIOD_OVERLAPS)


class Unheard(Refused):
    """A refusal nobody knew of when reasons were written down."""

    code = "unheard_of"


def test_wag_04_a_raise_counts_from_its_own_month_on(world: World) -> None:
    world.take(an_event())
    world.clock.moment = datetime(2027, 3, 20, tzinfo=UTC)

    world.take(
        an_event(
            version=2,
            type="contract.amended",
            terms__wage__basic=900_000,
            occurred_at="2027-03-10T08:00:00.000Z",
        )
    )

    wages = world.standing[NUMBER].wages
    assert [(str(line.first_month), line.basic) for line in wages] == [
        ("2026-11", 800_000),
        ("2027-03", 900_000),
    ]


def test_con_01_what_the_engine_says_of_a_period_is_recorded_with_it(world: World) -> None:
    world.take(an_event())

    period = world.standing[NUMBER]
    assert (period.law, period.work_started_on) == ("NEW", None)


def test_law_02_what_an_officer_must_decide_is_flagged(world: World) -> None:
    world.people.people[PERSON] = world.people.people[PERSON].model_copy(
        update={"uncompensated_before_new_law": frozenset({"MILITARY_PENSION"})}
    )

    world.take(an_event())

    assert "MILITARY_HISTORY_ONLY" in world.standing[NUMBER].flags


def test_every_reason_the_engine_can_give_is_a_reason_to_hold() -> None:
    from ishtirak.statute import refusals

    codes = {
        kind.code
        for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, refusals.RuleRefused) and "code" in vars(kind)
    }

    assert codes <= {reason.value for reason in HoldReason}
