"""Contracts behave alike in memory and on the register's table; and on the table the register follows in any order."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ishtirak.contracts.model import Contract, ContractEvent, HeldVersion, HoldPlace, HoldReason
from ishtirak.contracts.ports import Contracts
from ishtirak.contracts.rules import applied, service
from ishtirak.contracts.service import Ingestion
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import NO_ITEMS, Items
from tests.fakes.contracts import (
    BORN,
    NOW,
    NUMBER,
    Document,
    FixedClock,
    InMemoryContracts,
    an_event,
    as_text,
)
from tests.fakes.register import (
    FINGERPRINT,
    MITHAL,
    PERSON,
    Step,
    a_contributor,
    an_establishment,
    commit,
    register_table,
)

Stored = tuple[Contracts, Callable[[str], Items], Callable[[], list[str]]]


class PlainVault:
    """Marks what it was given; the context is part of the mark."""

    def __init__(self) -> None:
        self.seals = 0

    def seal(self, text: str, context: Any) -> str:
        self.seals += 1
        return f"sealed({len(text)})"

    def open(self, sealed: str, context: Any) -> str:
        raise NotImplementedError


@pytest.fixture(params=["memory", "dynamo"])
def stored(request: pytest.FixtureRequest) -> Iterator[Stored]:
    """A store of contracts, somebody else's write to commit alongside, and what of those was kept."""
    if request.param == "memory":
        kept: list[str] = []

        def memory_write(name: str) -> Items:
            return (Step(lambda: name not in kept, lambda: kept.append(name)),)

        yield InMemoryContracts(), memory_write, lambda: kept
        return
    from ishtirak.adapters import dynamo
    from ishtirak.adapters.aws.contract_table import ContractTable

    with register_table() as table:

        def table_write(name: str) -> Items:
            return (dynamo.put(table, {"pk": "OTHER", "sk": name}, condition="attribute_not_exists(pk)"),)

        def written() -> list[str]:
            found = dynamo.query(table, condition="pk = :pk", values={":pk": "OTHER"})
            return [item["sk"] for item in found]

        yield ContractTable(table, vault=PlainVault()), table_write, written  # type: ignore[arg-type]


def a_contract(version: int = 1, *, before: Contract | None = None, **changes: Any) -> Contract:
    event = ContractEvent.model_validate_json(as_text(an_event(version=version, **changes)))
    return applied(
        event,
        before=before,
        worker=FINGERPRINT,
        person_id=PERSON,
        service=service(event, applied=before, today=NOW.date()),
        at="2026-11-22T09:00:00.000Z",
    )


def test_an_unknown_contract_is_none(stored: Stored) -> None:
    assert stored[0].find(NUMBER) is None


def test_an_applied_contract_is_found_as_it_was_applied(stored: Stored) -> None:
    contracts, _, _ = stored

    contracts.apply(a_contract(), before=None)

    assert contracts.find(NUMBER) == a_contract()


@pytest.mark.parametrize("with_register", [False, True])
def test_applying_on_what_is_not_there_any_more_stores_nothing(stored: Stored, with_register: bool) -> None:
    contracts, write, written = stored
    contracts.apply(a_contract(2), before=None)
    alongside = write("period") if with_register else NO_ITEMS

    with pytest.raises(ChangedMeanwhile):
        contracts.apply(a_contract(1), before=None, alongside=alongside)
    with pytest.raises(ChangedMeanwhile):
        contracts.apply(a_contract(3), before=a_contract(1), alongside=alongside)

    assert contracts.find(NUMBER) == a_contract(2)
    assert written() == []


def test_the_contract_and_the_registers_writes_are_kept_together(stored: Stored) -> None:
    contracts, write, written = stored

    contracts.apply(a_contract(), before=None, alongside=write("period"))
    with pytest.raises(ChangedMeanwhile):
        contracts.apply(a_contract(2), before=a_contract(), alongside=write("period"))

    assert contracts.find(NUMBER) == a_contract()
    assert written() == ["period"]


@pytest.mark.parametrize(("number", "version"), [(NUMBER, 2), (None, None), (NUMBER, None)])
def test_a_version_is_set_aside_once(stored: Stored, number: str | None, version: int | None) -> None:
    contracts, _, _ = stored
    parked = HeldVersion(
        message_id="msg_1",
        number=number,
        version=version,
        place=HoldPlace.QUARANTINED,
        reason=HoldReason.UNKNOWN_SCHEMA,
        received_at="2026-11-22T09:00:00.000Z",
    )

    assert contracts.park(parked, message=as_text(an_event()))
    assert not contracts.park(parked, message=as_text(an_event()))


def test_a_version_that_comes_to_wait_for_something_else_says_so(stored: Stored) -> None:
    contracts, _, _ = stored
    first = HeldVersion(
        message_id="msg_1",
        number=NUMBER,
        version=1,
        place=HoldPlace.HELD_FOR_ESTABLISHMENT,
        reason=HoldReason.ESTABLISHMENT_UNKNOWN,
        received_at="2026-11-22T09:00:00.000Z",
    )
    then = first.model_copy(
        update={"place": HoldPlace.HELD_FOR_IDENTITY, "reason": HoldReason.PERSON_UNKNOWN}
    )

    assert contracts.park(first, message="{}")
    assert contracts.park(then, message="{}")
    assert not contracts.park(then, message="{}")


def test_what_is_set_aside_holds_nothing_personal_in_clear() -> None:
    import json

    from ishtirak.adapters import dynamo
    from ishtirak.adapters.aws.contract_table import ContractTable

    with register_table() as table:
        vault = PlainVault()
        contracts = ContractTable(table, vault=vault)  # type: ignore[arg-type]
        event = an_event()
        parked = HeldVersion(
            message_id="msg_1",
            number=NUMBER,
            version=1,
            place=HoldPlace.HELD_FOR_IDENTITY,
            reason=HoldReason.PERSON_UNKNOWN,
            received_at="2026-11-22T09:00:00.000Z",
        )

        contracts.park(parked, message=as_text(event) + " " * 2_500)

        item = json.dumps(dynamo.get(table, f"CONTRACT#{NUMBER}", "PARKED#0000000001"), ensure_ascii=False)
        assert all(value not in item for value in (event["worker"]["identity_number"], BORN, "Sara", "سارة"))
        assert vault.seals == 4
        assert contracts.parked(NUMBER) == (parked,)


LIFE = [
    an_event(),
    an_event(version=2, type="contract.amended", terms__wage__basic=900_000),
    an_event(version=3, type="contract.amended"),
    an_event(version=4, type="contract.terminated", terms__ends_on="2026-11-20"),
]
CANCELLED = [
    an_event(terms__starts_on="2026-12-01"),
    an_event(
        version=2, type="contract.terminated", terms__starts_on="2026-12-01", terms__ends_on="2026-11-22"
    ),
    an_event(version=3, type="contract.authenticated", terms__starts_on="2026-12-01"),
]


@pytest.mark.parametrize("life", [LIFE, LIFE[:3], CANCELLED, CANCELLED[:2]])
def test_in_any_order_the_register_ends_alike_and_its_ledger_adds_up(life: list[Document]) -> None:
    ends = [standing_after(order) for order in itertools.permutations(life)]

    assert all(end == ends[0] for end in ends)


def standing_after(events: Any) -> Any:
    from ishtirak.adapters.contract_accounts import ContractAccounts
    from ishtirak.kernel.insurance import System
    from ishtirak.register import statement

    register, contracts = in_memory_register(), InMemoryContracts()
    commit(
        *register.people.save(a_contributor(), fingerprint=FINGERPRINT),
        *register.establishments.save(an_establishment()),
    )
    register.people[PERSON] = a_contributor(birth_date=BORN)
    clock = FixedClock()
    accounts = ContractAccounts(register, directory=None, vault=PlainVault(), clock=clock)  # type: ignore[arg-type]
    ingestion = Ingestion(contracts=contracts, accounts=accounts, fingerprints=OneFingerprint(), clock=clock)
    for event in (*events, *events):
        ingestion.take(as_text(event), message_id="msg_1")
    head = register.accounts.state(PERSON, System.SOCIAL_INSURANCE)
    assert statement.projection(register.accounts.entries(PERSON, System.SOCIAL_INSURANCE)) == head.projection
    standing = [
        period.model_copy(update={"revision": 1, "source": None})
        for period in register.accounts.periods(PERSON)
        if period.stands
    ]
    assert {period.id for period in standing} == {span.period_id for span in head.projection.standing}
    contract = contracts.contracts[NUMBER]
    return contract.version, contract.service, contract.period_id, standing, head.projection.standing


class OneFingerprint:
    def of(self, identity: Any) -> str:
        return FINGERPRINT


def test_an_order_is_a_first_registration_and_its_changes_named_in_one_chain() -> None:
    from ishtirak.adapters.contract_accounts import ContractAccounts

    register, contracts = in_memory_register(), InMemoryContracts()
    commit(*register.people.save(a_contributor(birth_date=BORN), fingerprint=FINGERPRINT))
    commit(*register.establishments.save(an_establishment(MITHAL)))
    accounts = ContractAccounts(register, directory=None, vault=PlainVault(), clock=FixedClock())  # type: ignore[arg-type]
    ingestion = Ingestion(
        contracts=contracts, accounts=accounts, fingerprints=OneFingerprint(), clock=FixedClock()
    )

    for event in LIFE:
        ingestion.take(as_text(event), message_id="msg_1")

    assert [event.type for event in register.events] == [
        "ContractRegistered",
        "ContractAmended",
        "ContractAmended",
        "ContractEnded",
    ]
    assert {event.source for event in register.events} == {"ishtirak.contracts"}
    assert [event.data["version"] for event in register.events] == [1, 2, 3, 4]
    assert register.events[0].data["contract_number"] == NUMBER
    assert len(register.accounts.entries(PERSON, System.SOCIAL_INSURANCE)) == 7
