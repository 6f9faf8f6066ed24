"""What a contract may still say after it is registered, and what is kept of what it may not."""

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from ishtirak.contracts.life import Proposal
from ishtirak.contracts.model import MOST_VERSIONS, ContractOutcome, VersionState
from ishtirak.kernel.insurance import Route
from ishtirak.register.rules import post
from ishtirak.use_cases.contract_judge import ContractJudge
from tests.fakes.contracts import NUMBER, Document, an_event
from tests.fakes.register import MITHAL, NAMUDHAJ, PERSON, a_cause, a_period, an_establishment
from tests.unit.use_cases.contract_world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.clock.moment = datetime(2027, 3, 20, tzinfo=UTC)
    return world


def on(day: str, **changes: Any) -> Document:
    return an_event(occurred_at=f"{day}T09:00:00.000Z", **changes)


def routes(world: World) -> list[tuple[str, str | None, Route]]:
    return [
        (str(each.starts_on), str(each.ends_on) if each.ends_on else None, each.route)
        for each in world.standing[NUMBER].registered
    ]


def records(world: World, starts_on: str, ends_on: str | None, **facts: Any) -> None:
    """Somebody else posts a period to the worker's account."""
    period = a_period(starts_on, ends_on, **facts)
    state = world.accounts.state(PERSON, period.system)
    posting = post(state, period=period, rows=(), cause=a_cause())
    for write in world.accounts.save(posting, before=state):
        write.apply()


def test_whoever_has_left_has_left_though_they_own_the_establishment_by_now(world: World) -> None:
    world.take(on("2026-11-22"))
    world.replace_employer(an_establishment(single_owner=PERSON))

    raised = world.take(on("2027-03-01", version=2, type="contract.amended", terms__wage__basic=900_000))
    ended = world.take(on("2027-03-02", version=3, type="contract.terminated", terms__ends_on="2027-03-01"))

    assert (raised, ended) == (ContractOutcome.QUARANTINED, ContractOutcome.ENDED)
    assert world.contracts.contracts[NUMBER].version == 3
    assert [line.basic for line in world.standing[NUMBER].wages] == [800_000]


def test_an_end_that_adds_days_is_judged_as_any_addition(world: World) -> None:
    world.take(on("2026-11-22", terms__kind="FIXED", terms__ends_on="2026-12-31"))
    world.replace_employer(an_establishment(single_owner=PERSON))

    outcome = world.take(on("2027-01-20", version=2, type="contract.terminated", terms__ends_on="2027-01-10"))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "owner_cannot_be_registered")


def test_what_counted_before_is_not_refused_for_what_was_recorded_since(world: World) -> None:
    world.take(on("2026-11-05"))
    world.take(on("2026-11-12", version=2, type="contract.terminated", terms__ends_on="2026-11-10"))
    world.take(on("2026-11-20", contract_number="C-0000000002", terms__starts_on="2026-11-15"))

    outcome = world.take(on("2026-11-22", version=3, type="contract.terminated", terms__ends_on="2026-11-09"))

    assert outcome is ContractOutcome.ENDED
    versions = world.contracts.contracts[NUMBER].versions
    assert {each.state for each in versions} == {VersionState.APPLIED}
    assert str(world.standing[NUMBER].ends_on) == "2026-11-09"


def test_days_far_ahead_that_another_contract_has_are_the_registers_to_refuse(world: World) -> None:
    world.take(on("2027-03-18", contract_number="C-0000000002", terms__starts_on="2027-05-01"))

    outcome = world.take(on("2027-03-19", terms__starts_on="2027-03-01"))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "period_overlaps")
    assert NUMBER not in world.contracts.contracts


def test_a_late_extension_is_registered_by_the_route_of_each_of_its_days(world: World) -> None:
    world.take(on("2026-11-22", terms__kind="FIXED", terms__ends_on="2026-11-30"))

    world.take(
        on("2027-03-10", version=2, type="contract.amended", terms__kind="FIXED", terms__ends_on="2027-06-30")
    )

    assert routes(world) == [
        ("2026-11-01", "2026-11-30", Route.ON_TIME),
        ("2026-12-01", "2027-01-31", Route.RETROACTIVE),
        ("2027-02-01", "2027-02-28", Route.SELF_WINDOW),
        ("2027-03-01", "2027-06-30", Route.ON_TIME),
    ]
    assert "REPORTED_LATE" in world.standing[NUMBER].flags


def test_days_taken_out_and_put_back_keep_their_route_and_wage(world: World) -> None:
    world.take(on("2026-11-22"))
    world.take(on("2026-12-10", version=2, type="contract.amended", terms__starts_on="2026-12-01"))
    kept, service = world.standing[NUMBER], world.contracts.contracts[NUMBER].service
    assert service is not None
    for lines in (kept.taken_out_wages, service.taken_out_wages):
        assert [(str(line.first_month), str(line.last_month), line.basic) for line in lines] == [
            ("2026-11", "2026-11", 800_000)
        ]

    outcome = world.take(on("2027-03-10", version=3, type="contract.amended", terms__wage__basic=900_000))

    assert outcome is ContractOutcome.AMENDED
    assert routes(world) == [("2026-11-01", None, Route.ON_TIME)]
    assert [(str(line.first_month), line.basic) for line in world.standing[NUMBER].wages] == [
        ("2026-11", 800_000),
        ("2027-03", 900_000),
    ]


def test_days_that_had_not_come_are_not_remembered(world: World) -> None:
    world.take(on("2026-11-22"))
    world.take(on("2026-11-22", version=2, type="contract.terminated", terms__ends_on="2026-11-20"))

    assert routes(world) == [("2026-11-01", "2026-11-20", Route.ON_TIME)]
    assert [str(each.ends_on) for each in world.standing[NUMBER].taken_out] == ["2026-11-22"]


def test_reg_08_the_age_is_that_at_the_start_of_work_with_the_employer(world: World) -> None:
    records(world, "2025-01-01", "2026-10-31")

    world.take(on("2026-11-22"))

    assert str(world.standing[NUMBER].work_started_on) == "2025-01-01"


def test_wag_03_another_employer_who_owes_less_is_flagged(world: World) -> None:
    world.establishments.employers[NAMUDHAJ.reveal()] = an_establishment(NAMUDHAJ)
    records(world, "2026-01-01", None, establishment=NAMUDHAJ)

    world.take(on("2026-11-22", terms__wage__basic=4_400_000))

    assert "OTHER_EMPLOYERS_OWE_LESS" in world.standing[NUMBER].flags


def test_a_voided_contract_forgets_its_wage_and_its_account_is_told_by_name(world: World) -> None:
    world.take(on("2026-11-22", terms__starts_on="2026-12-01"))
    world.take(
        on(
            "2026-11-23",
            version=2,
            type="contract.amended",
            terms__starts_on="2026-12-01",
            terms__wage__basic=1,
        )
    )
    never = {"terms__starts_on": "2026-12-01", "terms__ends_on": "2026-11-24"}
    world.take(on("2026-11-24", version=3, type="contract.terminated", **never))
    world.take(on("2027-03-01", version=4, terms__starts_on="2027-02-01", terms__wage__basic=700_000))
    world.take(on("2027-03-05", version=5, type="contract.terminated", terms__starts_on="2027-02-01"))

    assert [line.basic for line in world.standing[NUMBER].wages] == [700_000, 800_000]
    assert [event.type for event in world.accounts.events] == [
        "ContractRegistered",
        "ContractAmended",
        "ContractVoided",
        "ContractRegistered",
        "ContractEnded",
    ]


@pytest.mark.parametrize("version", [0, -1, True, "2", None])
def test_an_unreadable_version_of_an_unknown_schema_is_kept_without_one(world: World, version: Any) -> None:
    world.take({"schema": "2.0", "contract_number": NUMBER, "version": version}, message_id="msg_9")

    ((held, _),) = world.contracts.waiting.values()
    assert (held.number, held.version) == (NUMBER, None)


def test_the_first_version_there_can_be_is_readable(world: World) -> None:
    world.take({"schema": "2.0", "contract_number": NUMBER, "version": 1})

    assert list(world.contracts.waiting) == [(NUMBER, 1)]


def test_the_same_wage_told_again_is_one_line(world: World) -> None:
    world.take(on("2026-11-22"))
    world.take(on("2027-01-22", version=2, type="contract.amended", terms__work_type="PART_TIME"))

    assert len(world.standing[NUMBER].wages) == 1


def test_a_raise_is_replaced_by_a_later_word_in_the_same_month(world: World) -> None:
    world.take(on("2026-11-22"))
    world.take(on("2027-01-02", version=2, type="contract.amended", terms__wage__basic=900_000))
    world.take(on("2027-01-22", version=3, type="contract.amended", terms__wage__basic=950_000))

    assert [(str(line.first_month), line.basic) for line in world.standing[NUMBER].wages] == [
        ("2026-11", 800_000),
        ("2027-01", 950_000),
    ]


def test_a_wage_past_every_bound_is_set_aside_with_its_reason(world: World) -> None:
    outcome = world.take(on("2026-11-22", terms__wage__basic=10**9 + 1, terms__wage__other=10**12))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "wage_beyond_bounds")


def test_a_wage_past_every_bound_in_what_is_no_event_is_malformed(world: World) -> None:
    world.take(on("2026-11-22", terms__wage__basic=10**9 + 1, version=0))

    assert world.held.fields == ("terms.wage.basic", "version")


def test_what_was_judged_is_not_judged_again_until_something_before_it_is_new(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.take(on("2026-11-22"))
    world.take(on("2026-12-01", version=2, type="contract.amended", terms__wage__basic=850_000))
    judged: list[int] = []
    asked = ContractJudge.__call__

    def judge(self: ContractJudge, proposal: Proposal) -> Any:
        if not proposal.judged:
            judged.append(proposal.version.version)
        return asked(self, proposal)

    monkeypatch.setattr(ContractJudge, "__call__", judge)
    world.take(on("2027-01-10", version=4, type="contract.amended", terms__wage__basic=900_000))
    world.take(on("2027-01-05", version=3, type="contract.amended", terms__wage__basic=875_000))

    assert judged == [4, 3, 4]


def test_a_contract_of_more_versions_than_are_kept_is_set_aside(world: World) -> None:
    for version in range(1, MOST_VERSIONS + 1):
        world.take(on("2026-11-22", version=version, type="contract.pending"))

    outcome = world.take(on("2026-11-22", version=MOST_VERSIONS + 1))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "too_many_versions")
    assert len(world.contracts.contracts[NUMBER].versions) == MOST_VERSIONS


def test_a_held_version_is_decided_on_as_it_comes_again(world: World) -> None:
    world.take(on("2026-11-22", terms__wage__basic=0, terms__wage__housing=0))

    assert world.take(on("2026-11-22")) is ContractOutcome.REGISTERED
    assert world.contracts.contracts[NUMBER].versions[0].reason is None


def test_a_quarantined_authentication_is_one_all_the_same(world: World) -> None:
    """Both sides agreed: the terms that can be registered come with the next version."""
    world.take(on("2026-11-22", terms__wage__basic=0, terms__wage__housing=0))

    assert world.take(on("2026-11-23", version=2, type="contract.amended")) is ContractOutcome.REGISTERED
    assert world.contracts.contracts[NUMBER].gap


def test_a_hold_and_what_it_sets_free_are_one_effect(world: World) -> None:
    """The authentication is held for its terms, and what waited for it registers with it."""
    world.take(on("2026-11-23", version=2, type="contract.amended"))

    outcome = world.take(on("2026-11-22", terms__wage__basic=0, terms__wage__housing=0))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "wage_not_positive")
    assert world.standing[NUMBER].establishment == MITHAL


def test_an_authentication_before_the_tables_is_quarantined(world: World) -> None:
    outcome = world.take(on("2021-01-05", terms__starts_on="2021-01-01"))

    assert (outcome, world.reason.value) == (ContractOutcome.QUARANTINED, "date_outside_tables")


@pytest.mark.parametrize("length", [2, 3, 4])
def test_every_order_of_a_life_ends_alike(length: int) -> None:
    life = [
        an_event(),
        an_event(version=2, type="contract.amended", terms__wage__basic=900_000),
        an_event(version=3, type="contract.terminated", terms__ends_on="2026-11-20"),
        an_event(version=4, type="contract.amended", terms__starts_on="2020-01-01"),
    ][:length]

    ends = [final_state(order) for order in itertools.permutations(life)]

    assert all(end == ends[0] for end in ends)
    assert ends[0][0] == min(length, 3)


def test_a_late_lower_version_counts_for_its_own_month_and_clears_the_gap() -> None:
    world = World()
    world.take(an_event(occurred_at="2026-11-01T08:00:00.000Z"))
    world.take(an_event(version=3, type="contract.amended", terms__occupation_code="2433"))
    assert world.contracts.contracts[NUMBER].gap

    world.take(an_event(version=2, type="contract.amended", terms__wage__basic=900_000))

    assert not world.contracts.contracts[NUMBER].gap
    assert world.standing[NUMBER].occupation_code == "2433"
    assert world.contracts.contracts[NUMBER].version == 3


def final_state(events: Iterable[Document]) -> tuple[Any, ...]:
    """What stands in the end: every version with what became of it, the service, and the period in the register."""
    world = World()
    for event in events:
        world.take(event)
    contract = world.contracts.contracts[NUMBER]
    standing = {
        number: period.model_dump(exclude={"revision", "source"}) for number, period in world.standing.items()
    }
    return contract.version, contract.versions, contract.service, standing


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 3, 1), (3, 2, 1)])
def test_a_wage_that_changes_and_changes_back_in_a_month_leaves_no_trace(
    world: World, order: tuple[int, ...]
) -> None:
    versions = {
        1: on("2026-11-05"),
        2: on("2026-11-06", version=2, type="contract.amended", terms__wage__basic=900_000),
        3: on("2026-11-07", version=3, type="contract.amended"),
    }

    for version in order:
        world.take(versions[version])

    (line,) = world.standing[NUMBER].wages
    assert (line.basic, line.last_month) == (800_000, None)


@pytest.mark.parametrize("order", [(1, 2, 3), (1, 3, 2)])
def test_wag_02_no_wage_told_for_months_ahead_is_judged_in_any_order(
    world: World, order: tuple[int, ...]
) -> None:
    """Version 2 ends before its wage of nothing would begin; version 3 goes on into it."""
    nothing = {"type": "contract.amended", "terms__wage__basic": 0, "terms__wage__housing": 0}
    versions = {
        1: on("2026-09-20", terms__starts_on="2026-11-01"),
        2: on("2026-11-03", version=2, terms__starts_on="2026-10-05", terms__ends_on="2026-10-31", **nothing),
        3: on("2026-09-20", version=3, terms__starts_on="2026-10-05", **nothing),
    }

    for version in order:
        world.take(versions[version])

    states = {each.version: each.state for each in world.contracts.contracts[NUMBER].versions}
    assert states == {1: VersionState.APPLIED, 2: VersionState.APPLIED, 3: VersionState.HELD}
