"""Whoever a contract names: by a national ID, an iqama, a border number or a number of a state of the Council."""

from typing import Any

import pytest

from ishtirak.contracts.model import ContractOutcome, HoldPlace, HoldReason
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import BorderNumber, IdentityKind, IdentityNumber
from ishtirak.kernel.insurance import Nationality
from tests.fakes.contracts import BORN, NUMBER, Document, an_event
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.register import MITHAL
from tests.fakes.residency import a_service
from tests.unit.use_cases.contract_world import World

ENTERED, IQAMA = "3000000001", "2000000055"


@pytest.fixture
def world() -> World:
    newcomer = World()
    newcomer.forget_worker()
    for number in (BorderNumber(ENTERED), IdentityNumber(IQAMA)):
        newcomer.residency.report(number, MITHAL, a_service("2026-11-01"))
    return newcomer


def named(number: str, nationality: str, **changes: Any) -> Document:
    terms = {"terms__kind": "FIXED", "terms__ends_on": "2027-10-31"}
    return an_event(worker__identity_number=number, worker__nationality=nationality, **(terms | changes))


def directory_of(identity: str, nationality: str, **facts: Any) -> InMemoryDirectory:
    return InMemoryDirectory([a_person(identity, nationality=nationality, **facts)])


@pytest.mark.parametrize("written", ["00000001", "OM:00000001", "٠٠٠٠٠٠٠١"])
def test_a_gcc_national_is_registered_under_the_number_of_their_state(world: World, written: str) -> None:
    world.directory = directory_of("OM:00000001", "OM")

    outcome = world.take(named(written, "OM", terms__kind="OPEN", terms__ends_on=None))

    assert outcome is ContractOutcome.REGISTERED
    (contributor,) = world.people.people.values()
    assert (contributor.kind, contributor.nationality) == (IdentityKind.GCC, Nationality.GCC)
    assert contributor.masked_identity == "••••0001"
    assert world.standing[NUMBER].person_id == contributor.person_id


def test_numbers_of_two_states_are_of_two_people(world: World) -> None:
    world.directory = InMemoryDirectory(
        [
            a_person("BH:000000001", nationality="BH"),
            a_person("OM:00000001", nationality="OM"),
        ]
    )

    world.take(named("000000001", "BH"))
    world.take(named("00000001", "OM", contract_number="C-0000000002"))

    assert len(world.people.people) == len(world.people.numbers) == 2


def test_a_number_of_one_state_beside_the_nationality_of_another_is_no_event(world: World) -> None:
    assert world.take(named("OM:00000001", "QA")) is ContractOutcome.QUARANTINED

    assert world.held.fields == ("worker.identity_number",)


def test_a_resident_is_registered_by_border_number_before_the_iqama_is_issued(world: World) -> None:
    world.directory = directory_of(ENTERED, "BD")

    assert world.take(named(ENTERED, "BD")) is ContractOutcome.REGISTERED

    (contributor,) = world.people.people.values()
    assert (contributor.kind, contributor.nationality) == (IdentityKind.BORDER, Nationality.NON_SAUDI)


def test_the_iqama_issued_later_is_the_same_person_and_the_same_contract_goes_on(world: World) -> None:
    world.directory = directory_of(ENTERED, "BD")
    world.take(named(ENTERED, "BD"))
    world.directory = directory_of(IQAMA, "BD", border_number=BorderNumber(ENTERED))

    outcome = world.take(named(IQAMA, "BD", version=2, terms__wage__basic=900_000))

    assert outcome is ContractOutcome.AMENDED
    (contributor,) = world.people.people.values()
    assert contributor.kind is IdentityKind.IQAMA
    assert world.standing[NUMBER].person_id == contributor.person_id
    assert len(world.people.numbers) == 2


def test_another_contract_under_the_iqama_is_of_the_same_person(world: World) -> None:
    world.directory = directory_of(ENTERED, "BD")
    ended = a_service("2026-11-01", ends_on="2026-11-10", ended_by="SPONSORSHIP_TRANSFER")
    world.residency.report(BorderNumber(ENTERED), MITHAL, ended)
    world.residency.report(IdentityNumber(IQAMA), MITHAL, ended, a_service("2026-11-15"))
    world.take(named(ENTERED, "BD", terms__ends_on="2026-11-10"))
    world.directory = directory_of(IQAMA, "BD", border_number=BorderNumber(ENTERED))

    second = named(IQAMA, "BD", contract_number="C-0000000002", terms__starts_on="2026-11-15")

    assert world.take(second) is ContractOutcome.REGISTERED
    assert len({period.person_id for period in world.standing.values()}) == 1


def test_an_iqama_of_somebody_else_does_not_take_over_the_contract(world: World) -> None:
    world.directory = directory_of(ENTERED, "BD")
    world.take(named(ENTERED, "BD"))
    world.directory = directory_of(IQAMA, "BD")

    outcome = world.take(named(IQAMA, "BD", version=2))

    assert (outcome, world.reason) == (ContractOutcome.QUARANTINED, HoldReason.OTHER_WORKER)
    assert len(world.people.people) == 1


def test_a_border_number_the_directory_has_replaced_is_held_for_identity(world: World) -> None:
    world.directory = directory_of(IQAMA, "BD", border_number=BorderNumber(ENTERED))

    outcome = world.take(named(ENTERED, "BD"))

    assert (outcome, world.reason) == (ContractOutcome.HELD, HoldReason.NUMBER_REPLACED)
    ((held, _),) = world.contracts.waiting.values()
    assert held.place is HoldPlace.HELD_FOR_IDENTITY
    assert world.people.people == {}


def test_reg_10_a_new_number_with_another_birth_date_is_held_for_identity(world: World) -> None:
    world.directory = directory_of(ENTERED, "BD")
    world.take(named(ENTERED, "BD"))
    born = "1991-05-20"
    world.directory = directory_of(
        IQAMA, "BD", border_number=BorderNumber(ENTERED), birth_date=CivilDate.parse(born)
    )

    outcome = world.take(named(IQAMA, "BD", version=2, worker__birth_date=born))

    assert (outcome, world.reason) == (ContractOutcome.HELD, HoldReason.BIRTH_DATE_FROZEN)
    (contributor,) = world.people.people.values()
    assert contributor.birth_date == CivilDate.parse(BORN)


def test_reg_10_a_contract_with_another_birth_date_than_the_registers_is_held_whatever_the_directory_says(
    world: World,
) -> None:
    world.directory = directory_of("1000000016", "SA")
    world.take(an_event())
    born = "1991-05-20"
    world.directory = directory_of("1000000016", "SA", birth_date=CivilDate.parse(born))

    outcome = world.take(an_event(version=2, worker__birth_date=born))

    assert (outcome, world.reason) == (ContractOutcome.HELD, HoldReason.BIRTH_DATE_DIFFERS)
    (contributor,) = world.people.people.values()
    assert contributor.birth_date == CivilDate.parse(BORN)
