"""What becomes of Qiwa's events, whatever order they come in."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ishtirak.contracts.model import (
    Contract,
    ContractEvent,
    ContractOutcome,
    HeldVersion,
    HoldPlace,
    HoldReason,
)
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.insurance import Sex
from ishtirak.kernel.transaction import MAX_TRIES, Items
from ishtirak.register.periods import PeriodState
from tests.fakes.contracts import (
    BORN,
    NUMBER,
    WORKER,
    InMemoryContracts,
    an_event,
    as_text,
)
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.register import (
    PERSON,
    an_establishment,
)
from tests.fakes.transaction import Write
from tests.unit.use_cases.contract_world import FINGERPRINT, LATE, World


@pytest.fixture
def world() -> World:
    return World()


def test_an_authenticated_contract_registers_its_worker(world: World) -> None:
    outcome = world.take(an_event())

    assert outcome is ContractOutcome.REGISTERED
    assert world.standing[NUMBER].person_id == PERSON
    assert world.contracts.contracts[NUMBER].version == 1


def test_a_person_only_the_directory_knows_is_introduced_and_registered(world: World) -> None:
    world.forget_worker()
    world.directory = InMemoryDirectory([a_person(WORKER)])

    outcome = world.take(an_event())

    assert outcome is ContractOutcome.REGISTERED
    (contributor,) = world.people.people.values()
    assert world.people.numbers == {FINGERPRINT: contributor.person_id}
    assert world.standing[NUMBER].person_id == contributor.person_id
    assert (contributor.birth_date, contributor.sex, contributor.masked_identity) == (
        CivilDate.parse(BORN),
        Sex.FEMALE,
        "••••0016",
    )


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_duplicate_changes_nothing(world: World, version: int) -> None:
    for each in (1, 2, 3):
        world.take(an_event(version=each))
    before = world.contracts.writes

    outcome = world.take(an_event(version=version, terms__wage__basic=1))

    assert outcome is ContractOutcome.ALREADY_APPLIED
    assert world.contracts.writes == before
    assert world.standing[NUMBER].wages[0].basic == 800_000


def test_a_gap_is_applied_and_stays_flagged(world: World) -> None:
    world.take(an_event())

    world.take(an_event(version=3, type="contract.amended", terms__wage__basic=900_000))
    world.take(an_event(version=4, type="contract.amended", terms__wage__basic=950_000))

    assert world.contracts.contracts[NUMBER].gap
    assert world.standing[NUMBER].wages[0].basic == 950_000


def test_versions_without_a_gap_are_not_flagged(world: World) -> None:
    world.take(an_event())
    world.take(an_event(version=2, type="contract.amended", terms__wage__basic=900_000))

    assert not world.contracts.contracts[NUMBER].gap


@pytest.mark.parametrize("kind", ["contract.terminated", "contract.expired"])
def test_an_ending_ends_the_service_on_its_day(world: World, kind: str) -> None:
    world.take(an_event())

    outcome = world.take(an_event(version=2, type=kind, terms__ends_on="2026-11-20"))

    period = world.standing[NUMBER]
    assert (outcome, period.state, str(period.ends_on)) == (
        ContractOutcome.ENDED,
        PeriodState.ENDED,
        "2026-11-20",
    )


def test_an_ending_without_a_day_ends_on_the_day_it_happened_in_the_kingdom(world: World) -> None:
    world.take(an_event())

    world.take(an_event(version=2, type="contract.terminated", occurred_at="2026-11-20T22:30:00.000Z"))

    assert str(world.standing[NUMBER].ends_on) == "2026-11-21"


def test_a_contract_ended_before_its_first_day_leaves_no_period(world: World) -> None:
    world.take(an_event(terms__starts_on="2026-12-01"))

    outcome = world.take(an_event(version=2, type="contract.terminated", terms__starts_on="2026-12-01"))

    assert outcome is ContractOutcome.VOIDED
    assert world.standing == {}
    assert world.contracts.contracts[NUMBER].service is None


def test_a_change_that_does_not_concern_the_register_is_one_write(world: World) -> None:
    world.take(an_event())
    before = world.contracts.writes

    outcome = world.take(an_event(version=2, type="contract.amended", establishment__name_en="Renamed"))

    assert outcome is ContractOutcome.NOTED
    assert world.contracts.writes == before + 1
    assert [event.type for event in world.accounts.events] == ["ContractRegistered"]


def test_the_month_before_registers_and_is_flagged(world: World) -> None:
    outcome = world.take(an_event(terms__starts_on="2026-10-01"))

    assert outcome is ContractOutcome.REGISTERED
    assert LATE in world.standing[NUMBER].flags


def test_the_month_is_the_kingdoms_not_greenwichs(world: World) -> None:
    world.clock.moment = datetime(2026, 11, 30, 21, 30, tzinfo=UTC)

    outcome = world.take(an_event(terms__starts_on="2026-10-31", occurred_at="2026-11-30T21:15:00.000Z"))

    assert outcome is ContractOutcome.HELD


def test_an_older_first_day_waits_for_documents(world: World) -> None:
    outcome = world.take(an_event(terms__starts_on="2026-09-30"))

    assert (outcome, world.reason) == (ContractOutcome.HELD, HoldReason.BACK_DATED)
    assert world.standing == {}
    assert world.contracts.contracts[NUMBER].version is None


def noted(world: World) -> tuple[int, str, str | None] | None:
    note = world.contracts.noted(PERSON, NUMBER)
    if note is None:
        return None
    return note.version, note.starts_on.isoformat(), note.ends_on.isoformat() if note.ends_on else None


def test_a_contract_is_noted_for_its_worker_at_its_highest_version(world: World) -> None:
    world.take(an_event())
    world.take(an_event(version=3, type="contract.terminated", terms__ends_on="2026-11-20"))
    world.take(an_event(version=2, type="contract.amended", terms__ends_on="2027-01-31"))

    assert noted(world) == (3, "2026-11-01", "2026-11-20")


def test_a_contract_that_waits_for_documents_was_signed_all_the_same_and_is_noted(world: World) -> None:
    late = {"terms__starts_on": "2026-01-01"}
    world.take(an_event(version=2, **late, terms__ends_on="2026-10-31"))
    world.take(an_event(version=1, **late), message_id="msg_0")

    assert noted(world) == (2, "2026-01-01", "2026-10-31")
    assert world.standing == {}


def test_a_version_that_waits_changes_nothing_of_a_contract_that_is_applied(world: World) -> None:
    world.take(an_event())
    world.take(an_event(version=2, type="contract.amended", terms__starts_on="2026-01-01"))

    assert noted(world) == (1, "2026-11-01", None)


def test_a_waiting_contract_is_noted_for_nobody_who_is_not_surely_its_worker(world: World) -> None:
    world.take(an_event(terms__starts_on="2026-01-01", worker__birth_date="2001-05-21"))
    world.forget_worker()
    world.take(an_event(contract_number="C-0000000002", terms__starts_on="2026-01-01"))

    assert world.contracts.of_workers == {}


def test_a_registered_contract_is_amended_long_after_its_first_day(world: World) -> None:
    world.take(an_event())
    world.clock.moment = datetime(2028, 3, 1, tzinfo=UTC)

    outcome = world.take(an_event(version=2, type="contract.amended", terms__wage__basic=900_000))

    assert outcome is ContractOutcome.AMENDED
    assert LATE not in world.standing[NUMBER].flags


def test_a_worker_nobody_knows_waits_for_identity(world: World) -> None:
    world.forget_worker()

    outcome = world.take(an_event())

    assert (outcome, world.reason) == (ContractOutcome.HELD, HoldReason.PERSON_UNKNOWN)


def test_another_birth_date_waits_for_identity(world: World) -> None:
    outcome = world.take(an_event(worker__birth_date="2001-05-21"))

    assert (outcome, world.reason) == (ContractOutcome.HELD, HoldReason.BIRTH_DATE_DIFFERS)


def test_a_birth_date_is_compared_in_the_calendar_it_was_given_in(world: World) -> None:
    hijri = CivilDate.parse("2001-05-20").hijri()
    given_in_hijri = {
        "calendar": "HIJRI",
        "year": hijri.year,
        "month": hijri.month,
        "day": hijri.day,
    }

    assert world.take(an_event(worker__birth_date=given_in_hijri)) is ContractOutcome.REGISTERED


def test_another_day_in_another_calendar_is_another_birth_date(world: World) -> None:
    given_in_hijri = {"calendar": "HIJRI", "year": 1422, "month": 2, "day": 27}

    outcome = world.take(an_event(worker__birth_date=given_in_hijri))

    assert (outcome, world.reason) == (ContractOutcome.HELD, HoldReason.BIRTH_DATE_DIFFERS)


def test_a_voided_contract_is_not_registered_again_on_an_old_day(world: World) -> None:
    world.take(an_event(terms__starts_on="2026-10-05"))
    world.take(
        an_event(
            version=2, type="contract.terminated", terms__starts_on="2026-10-05", terms__ends_on="2026-10-04"
        )
    )
    world.clock.moment = datetime(2027, 3, 1, tzinfo=UTC)

    outcome = world.take(
        an_event(version=3, terms__starts_on="2026-10-05", occurred_at="2027-02-28T21:00:00.000Z")
    )

    assert (outcome, world.reason) == (ContractOutcome.HELD, HoldReason.BACK_DATED)


def test_an_unknown_establishment_waits_and_the_same_event_registers_once_it_is_known(world: World) -> None:
    world.establishments.employers.clear()
    assert world.take(an_event()) is ContractOutcome.HELD
    assert world.reason is HoldReason.ESTABLISHMENT_UNKNOWN

    world.replace_employer(an_establishment())

    assert world.take(an_event()) is ContractOutcome.REGISTERED


@pytest.mark.parametrize(
    ("country", "kind", "outcome"),
    [
        ("IN", "OPEN", ContractOutcome.QUARANTINED),
        ("IN", "FIXED", ContractOutcome.HELD),
        ("AE", "OPEN", ContractOutcome.REGISTERED),
        ("SA", "OPEN", ContractOutcome.REGISTERED),
    ],
)
def test_only_a_non_saudis_contract_must_have_a_term(
    world: World, country: str, kind: str, outcome: ContractOutcome
) -> None:
    world.replace_worker(country=country)
    ends_on = "2027-10-31" if kind == "FIXED" else None

    event = an_event(worker__nationality=country, terms__kind=kind, terms__ends_on=ends_on)

    assert world.take(event) is outcome


def test_a_nationality_made_up_in_the_event_does_not_get_round_the_term(world: World) -> None:
    world.replace_worker(country="IN")

    outcome = world.take(an_event())

    assert (outcome, world.reason) == (ContractOutcome.QUARANTINED, HoldReason.OPEN_ENDED_FOR_NON_SAUDI)


def test_a_term_is_asked_for_by_the_nationality_the_contract_names_too(world: World) -> None:
    outcome = world.take(an_event(worker__nationality="IN"))

    assert (outcome, world.reason) == (ContractOutcome.QUARANTINED, HoldReason.OPEN_ENDED_FOR_NON_SAUDI)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"worker__identity_number": "1000000024"}, HoldReason.OTHER_WORKER),
        ({"establishment__unified_number": "7000000005"}, HoldReason.OTHER_ESTABLISHMENT),
    ],
)
def test_a_number_never_comes_to_stand_for_others(
    world: World, change: dict[str, Any], reason: HoldReason
) -> None:
    world.take(an_event())

    outcome = world.take(an_event(version=2, **change))

    assert (outcome, world.reason) == (ContractOutcome.QUARANTINED, reason)
    assert world.contracts.contracts[NUMBER].version == 1


def test_an_unknown_major_version_is_set_aside_whole(world: World) -> None:
    future = {"schema": "2.0", "contract_number": NUMBER, "version": 7, "surprise": {"a": 1}}

    outcome = world.take(future)

    assert (outcome, world.reason) == (ContractOutcome.QUARANTINED, HoldReason.UNKNOWN_SCHEMA)
    assert list(world.contracts.waiting) == [(NUMBER, 7)]


def test_an_unknown_major_version_without_a_readable_number_is_kept_under_its_message(world: World) -> None:
    assert (
        world.take({"schema": "9.9", "contract_number": "<x>"}, message_id="msg_7")
        is ContractOutcome.QUARANTINED
    )
    assert list(world.contracts.waiting) == [("msg_7", 0)]


def test_a_field_added_within_the_major_version_is_ignored(world: World) -> None:
    event = an_event(schema="1.7", terms__probation_days=90) | {"channel": "mobile"}

    assert world.take(event) is ContractOutcome.REGISTERED


def test_a_version_set_aside_twice_is_kept_once(world: World) -> None:
    world.take(an_event(terms__starts_on="2020-01-01"))

    assert world.take(an_event(terms__starts_on="2020-01-01")) is ContractOutcome.ALREADY_APPLIED
    assert len(world.contracts.waiting) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"version": 0},
        {"version": True},
        {"version": "2"},
        {"contract_number": "C-1#EVENT"},
        {"occurred_at": 1_763_800_000},
        {"occurred_at": "2026-11-22T08:00:00"},
        {"type": "contract.forgotten"},
        {"schema": 1},
        {"worker__identity_number": "1000000009"},
        {"worker__birth_date": "2001-02-30"},
        {"terms__starts_on": 1_763_800_000},
        {"terms__wage__basic": -1},
        {"terms__wage__basic": 8000.5},
        {"terms__wage__housing_in_kind": "perhaps"},
    ],
)
def test_what_is_no_event_is_quarantined_under_its_fields_and_says_nothing_of_its_content(
    world: World, broken: dict[str, Any]
) -> None:
    assert world.take(an_event(**broken)) is ContractOutcome.QUARANTINED

    assert world.contracts.writes == 1
    assert world.held.reason is HoldReason.MALFORMED
    assert {field.partition(".")[0] for field in world.held.fields} == {
        name.partition("__")[0] for name in broken
    }
    assert all(str(value) not in world.held.fields for value in broken.values())


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "null", "\ufeff{}", "{}"])
def test_what_is_not_even_an_object_is_quarantined_once(text: str) -> None:
    world = World()

    outcomes = [world.read(text) for _ in range(2)]

    assert outcomes == [ContractOutcome.QUARANTINED, ContractOutcome.ALREADY_APPLIED]
    assert world.held.reason is HoldReason.MALFORMED


def test_two_malformed_messages_of_one_version_are_both_kept(world: World) -> None:
    world.take(an_event(terms__wage__basic=-1), message_id="msg_1")
    world.take(an_event(terms__wage__basic=-2), message_id="msg_2")

    assert len(world.contracts.waiting) == 2


def test_a_version_corrected_after_it_came_malformed_is_applied(world: World) -> None:
    world.take(an_event(terms__wage__basic=-1), message_id="msg_1")

    assert world.take(an_event(), message_id="msg_2") is ContractOutcome.REGISTERED


def test_a_silent_directory_leaves_everything_as_it_was(world: World) -> None:
    world.forget_worker()
    world.directory.down = True

    with pytest.raises(Unavailable):
        world.take(an_event())

    assert world.contracts.writes == 0


class Overtaken(InMemoryContracts):
    """Somebody applies another version between reading and writing, so many times."""

    overtakings = 1
    rival: Contract

    def save(self, contract: Contract, *, before: Contract | None) -> Items:
        if self.overtakings > 0:
            self.overtakings -= 1
            self.contracts[NUMBER] = self.rival
            return (Write.when(lambda: False, lambda: None),)
        return super().save(contract, before=before)


def test_being_overtaken_by_the_same_version_ends_as_already_applied(world: World) -> None:
    world.take(an_event(version=5))
    rival = world.contracts.contracts[NUMBER]
    overtaken = Overtaken()
    overtaken.rival = rival
    late = World(contracts=overtaken)

    assert late.take(an_event(version=5)) is ContractOutcome.ALREADY_APPLIED
    assert overtaken.contracts[NUMBER].version == 5
    assert late.standing == {}


def test_being_overtaken_again_and_again_sends_the_message_back(world: World) -> None:
    world.take(an_event(version=1))
    rival = world.contracts.contracts[NUMBER]
    overtaken = Overtaken(contracts={NUMBER: rival})
    overtaken.rival = rival
    overtaken.overtakings = 99

    with pytest.raises(Unavailable):
        replace(world, contracts=overtaken).take(an_event(version=2, terms__wage__basic=1))

    assert overtaken.overtakings == 99 - MAX_TRIES
    assert world.standing[NUMBER].wages[0].basic == 800_000


class HeldMeanwhile(InMemoryContracts):
    """Another delivery holds the same version between looking and writing."""

    def hold(self, held: HeldVersion, *, message: str) -> Items:
        items = super().hold(held, message=message)
        self.waiting[NUMBER, 1] = (held, message)
        return items


def test_a_version_held_by_another_delivery_meanwhile_is_held_once() -> None:
    world = World(contracts=HeldMeanwhile())
    world.establishments.employers.clear()

    assert world.take(an_event()) is ContractOutcome.ALREADY_APPLIED
    assert len(world.contracts.waiting) == 1


def test_nothing_of_a_worker_prints() -> None:
    event = ContractEvent.model_validate_json(as_text(an_event()))

    printed = repr(event) + str(event)

    assert WORKER not in printed
    assert "Sara" not in printed
    assert "2001" not in printed


def test_every_place_has_a_reason_that_leads_there() -> None:
    assert {place.value for place in HoldPlace} == {
        "HELD_FOR_DOCUMENTS",
        "HELD_FOR_IDENTITY",
        "HELD_FOR_ESTABLISHMENT",
        "HELD_FOR_AUTHORITY",
        "QUARANTINED",
    }
