"""A contract before both sides agreed (QIW-02), and residents' contracts, whose dates are the authority's (REG-09)."""

from typing import Any

import pytest

from ishtirak.contracts.model import ContractOutcome, HoldPlace, VersionState
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import IdentityNumber
from tests.fakes.contracts import NUMBER, WORKER, Document, an_event
from tests.fakes.register import MITHAL
from tests.fakes.residency import a_service
from tests.unit.use_cases.contract_world import World


@pytest.fixture
def world() -> World:
    return World()


def event(version: int, kind: str, day: str, **changes: Any) -> Document:
    return an_event(version=version, type=f"contract.{kind}", occurred_at=f"{day}T09:00:00.000Z", **changes)


@pytest.mark.parametrize("kind", ["pending", "cancelled", "rejected"])
def test_qiw_02_an_offer_registers_nobody_and_asks_nobody(world: World, kind: str) -> None:
    world.forget_worker()
    world.directory.down = True

    outcome = world.take(event(1, kind, "2026-11-10"))

    assert outcome is ContractOutcome.NOTED
    assert world.standing == {}
    assert world.contracts.contracts[NUMBER].person_id is None
    assert world.take(event(1, kind, "2026-11-10")) is ContractOutcome.ALREADY_APPLIED


def test_qiw_02_an_offer_approved_in_time_registers(world: World) -> None:
    world.take(event(1, "pending", "2026-11-12"))

    assert world.take(event(2, "authenticated", "2026-11-22")) is ContractOutcome.REGISTERED
    assert not world.contracts.contracts[NUMBER].gap


def test_qiw_02_an_offer_nobody_replied_to_in_ten_days_was_cancelled(world: World) -> None:
    world.take(event(1, "pending", "2026-11-11"))

    outcome = world.take(event(2, "authenticated", "2026-11-22"))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "replied_too_late")
    assert world.standing == {}
    assert world.take(event(3, "amended", "2026-11-22")) is ContractOutcome.AWAITING


def test_qiw_02_an_offer_made_again_may_be_approved(world: World) -> None:
    world.take(event(1, "pending", "2026-10-01"))
    world.take(event(2, "cancelled", "2026-10-12"))
    world.take(event(3, "pending", "2026-11-20"))

    assert world.take(event(4, "authenticated", "2026-11-22")) is ContractOutcome.REGISTERED


@pytest.mark.parametrize("kind", ["cancelled", "rejected"])
def test_qiw_02_a_withdrawn_offer_is_not_approved(world: World, kind: str) -> None:
    world.take(event(1, "pending", "2026-11-20"))
    world.take(event(2, kind, "2026-11-21"))

    outcome = world.take(event(3, "authenticated", "2026-11-22"))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "contract_cancelled")


def test_qiw_02_an_offer_that_arrives_late_undoes_what_was_approved_too_late(world: World) -> None:
    world.take(event(2, "authenticated", "2026-11-22"))

    outcome = world.take(event(1, "pending", "2026-11-01"))

    assert outcome is ContractOutcome.VOIDED
    assert world.standing == {}


def test_qiw_02_what_is_offered_to_an_authenticated_contract_changes_nothing(world: World) -> None:
    world.take(event(1, "authenticated", "2026-11-02"))
    world.take(event(2, "pending", "2026-11-03"))
    world.take(event(3, "cancelled", "2026-11-20"))

    assert world.take(event(4, "authenticated", "2026-11-22")) is ContractOutcome.NOTED
    assert world.standing[NUMBER].ends_on is None


def resident(world: World, *services: Any) -> dict[str, Any]:
    """The worker is a resident, of whom the authority reports these services; and what the contract says then."""
    world.replace_worker(country="PH")
    world.residency.report(IdentityNumber(WORKER), MITHAL, *services)
    return {"worker__nationality": "PH", "terms__kind": "FIXED", "terms__ends_on": "2027-10-31"}


def days(world: World) -> tuple[str, str | None]:
    period = world.standing[NUMBER]
    return str(period.starts_on), str(period.ends_on) if period.ends_on else None


def test_reg_09_a_residents_days_are_the_authoritys_never_the_contracts(world: World) -> None:
    terms = resident(world, a_service("2026-11-10"))

    assert world.take(an_event(**terms)) is ContractOutcome.REGISTERED
    assert days(world) == ("2026-11-10", None)

    world.take(an_event(version=2, type="contract.terminated", **terms | {"terms__ends_on": "2026-11-20"}))

    assert days(world) == ("2026-11-10", None)
    assert world.standing[NUMBER].state.value == "ACTIVE"


def test_reg_09_a_residents_service_ends_when_the_authority_says_so(world: World) -> None:
    terms = resident(world, a_service("2026-11-10"))
    world.take(an_event(**terms))
    world.residency.report(
        IdentityNumber(WORKER), MITHAL, a_service("2026-11-10", ends_on="2026-11-18", ended_by="FINAL_EXIT")
    )

    outcome = world.take(an_event(version=2, type="contract.terminated", **terms))

    assert outcome is ContractOutcome.ENDED
    assert days(world) == ("2026-11-10", "2026-11-18")


@pytest.mark.parametrize(
    "services",
    [
        (),
        (a_service("2026-01-01", ends_on="2026-10-31", ended_by="FINAL_EXIT"),),
        (a_service("2027-11-01"),),
    ],
)
def test_reg_09_a_resident_without_dates_waits_for_the_authority(world: World, services: Any) -> None:
    outcome = world.take(an_event(**resident(world, *services)))

    assert (outcome, world.reason.value) == (ContractOutcome.HELD, "dates_not_known")
    ((held, _),) = world.contracts.waiting.values()
    assert held.place is HoldPlace.HELD_FOR_AUTHORITY


def test_reg_09_an_earlier_service_with_the_employer_is_not_the_contracts(world: World) -> None:
    before = a_service("2026-01-01", ends_on="2026-10-31", ended_by="FINAL_EXIT")

    world.take(an_event(**resident(world, before, a_service("2026-11-03"))))

    assert days(world) == ("2026-11-03", None)


def test_reg_09_a_service_that_ended_on_the_contracts_first_day_is_its_own(world: World) -> None:
    one_day = a_service("2026-10-15", ends_on="2026-11-01", ended_by="FINAL_EXIT")

    world.take(an_event(**resident(world, one_day)))

    assert days(world) == ("2026-10-15", "2026-11-01")


def test_reg_09_a_service_that_begins_on_the_contracts_last_day_is_its_own(world: World) -> None:
    terms = resident(world, a_service("2026-11-20")) | {"terms__ends_on": "2026-11-20"}

    assert world.take(an_event(**terms)) is ContractOutcome.REGISTERED


def test_reg_09_a_silent_authority_leaves_everything_as_it_was(world: World) -> None:
    terms = resident(world, a_service("2026-11-10"))
    world.residency.down = True

    with pytest.raises(Unavailable):
        world.take(an_event(**terms))

    assert world.contracts.writes == 0


def test_reg_09_nobody_asks_the_authority_about_a_citizen(world: World) -> None:
    world.take(an_event())

    assert world.residency.asked == []


def test_a_residents_late_days_are_covered_by_nothing_and_wait_for_documents(world: World) -> None:
    outcome = world.take(an_event(**resident(world, a_service("2026-08-10"))))

    assert (outcome, world.reason.value) == (ContractOutcome.HELD, "back_dated")
    (version,) = world.contracts.contracts[NUMBER].versions
    assert version.state is VersionState.HELD
