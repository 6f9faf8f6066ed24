"""Contracts behave alike in memory and on the register's table; and on the table the register follows in any order."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ishtirak.billing.lateness import bill_calculator
from ishtirak.contracts.model import (
    Contract,
    ContractEvent,
    HeldVersion,
    HoldPlace,
    HoldReason,
    WorkerContract,
)
from ishtirak.contracts.ports import Contracts
from ishtirak.contracts.rules import received, versions_with
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import NO_ITEMS, Items, Transaction
from ishtirak.register import statement
from ishtirak.use_cases.apply_contract import apply_contract
from ishtirak.webhooks.signatures import SignedMessage
from tests.fakes.contracts import (
    BORN,
    NUMBER,
    Document,
    FixedClock,
    InMemoryContracts,
    an_event,
    as_text,
)
from tests.fakes.directory import InMemoryDirectory
from tests.fakes.register import (
    FINGERPRINT,
    MITHAL,
    PERSON,
    InMemoryAccounts,
    Register,
    a_contributor,
    an_establishment,
    in_memory_register,
    register_on,
    register_table,
)
from tests.fakes.residency import InMemoryResidency
from tests.fakes.sessions import PlainEncryption
from tests.fakes.transaction import InMemoryTransaction, Write


@dataclass(frozen=True)
class Stored:
    """A store of contracts, somebody else's write to commit with them, and what of those was written."""

    contracts: Contracts
    transaction: Transaction
    write: Callable[[str], Items]
    written: Callable[[], list[str]]

    def save(self, contract: Contract, *, before: Contract | None, alongside: Items = NO_ITEMS) -> None:
        self.transaction.commit(self.contracts.save(contract, before=before), alongside)

    def hold(self, held: HeldVersion, *, message: str) -> None:
        self.transaction.commit(self.contracts.hold(held, message=message))


class CountingEncryption:
    """Marks what it was given, and counts."""

    def __init__(self) -> None:
        self.encryptions = 0

    def encrypt(self, text: str, context: Any) -> str:
        self.encryptions += 1
        return f"encrypted({len(text)})"

    def decrypt(self, ciphertext: str, context: Any) -> str:
        raise NotImplementedError


@pytest.fixture(params=["memory", "dynamo"])
def stored(request: pytest.FixtureRequest) -> Iterator[Stored]:
    if request.param == "memory":
        kept: list[str] = []

        def memory_write(name: str) -> Items:
            return (Write.when(lambda: name not in kept, lambda: kept.append(name)),)

        yield Stored(InMemoryContracts(), InMemoryTransaction(), memory_write, lambda: kept)
        return
    from ishtirak.adapters import dynamo
    from ishtirak.adapters.aws.contract_table import ContractTable
    from ishtirak.adapters.transaction import DynamoTransaction

    with register_table() as table:

        def table_write(name: str) -> Items:
            return (dynamo.put(table, {"pk": "OTHER", "sk": name}, condition=dynamo.NEW),)

        def written() -> list[str]:
            found = dynamo.query(table, condition="pk = :pk", values={":pk": "OTHER"})
            return [item["sk"] for item in found]

        contracts = ContractTable(table, encryption=CountingEncryption())
        yield Stored(contracts, DynamoTransaction(), table_write, written)


def a_contract(version: int = 1, *, before: Contract | None = None, **changes: Any) -> Contract:
    event = ContractEvent.model_validate_json(as_text(an_event(version=version, **changes)))
    return Contract(
        number=event.contract_number,
        revision=before.revision + 1 if before else 1,
        worker=FINGERPRINT,
        person_id=PERSON,
        establishment=MITHAL,
        versions=versions_with(received(event), contract=before),
        service=None,
        updated_at="2026-11-22T09:00:00.000Z",
    )


def test_an_unknown_contract_is_none(stored: Stored) -> None:
    assert stored.contracts.find(NUMBER) is None


def test_an_applied_contract_is_found_as_it_was_applied(stored: Stored) -> None:
    stored.save(a_contract(), before=None)

    assert stored.contracts.find(NUMBER) == a_contract()


def a_note(version: int = 1, number: str = NUMBER) -> WorkerContract:
    return WorkerContract.model_validate(
        {
            "number": number,
            "version": version,
            "establishment": MITHAL,
            "starts_on": "2026-11-01",
            "ends_on": None,
        }
    )


def test_the_contracts_of_a_worker_are_found_by_the_worker(stored: Stored) -> None:
    for note in (a_note(number="C-0000000002"), a_note()):
        stored.transaction.commit(stored.contracts.note(PERSON, note))

    assert list(stored.contracts.of_worker(PERSON)) == [a_note(), a_note(number="C-0000000002")]
    assert stored.contracts.noted(PERSON, NUMBER) == a_note()
    assert list(stored.contracts.of_worker("somebody-else")) == []
    assert stored.contracts.noted("somebody-else", NUMBER) is None


def test_a_lower_version_is_not_noted_over_a_higher_one(stored: Stored) -> None:
    stored.transaction.commit(stored.contracts.note(PERSON, a_note(2)))

    for version in (1, 2):
        with pytest.raises(ChangedMeanwhile):
            stored.transaction.commit(stored.contracts.note(PERSON, a_note(version)))
    stored.transaction.commit(stored.contracts.note(PERSON, a_note(3)))

    assert stored.contracts.noted(PERSON, NUMBER) == a_note(3)


@pytest.mark.parametrize("with_register", [False, True])
def test_applying_on_what_is_not_there_any_more_stores_nothing(stored: Stored, with_register: bool) -> None:
    stored.save(a_contract(2), before=None)
    alongside = stored.write("period") if with_register else NO_ITEMS

    with pytest.raises(ChangedMeanwhile):
        stored.save(a_contract(1), before=None, alongside=alongside)
    before = a_contract(1, before=a_contract(3))
    with pytest.raises(ChangedMeanwhile):
        stored.save(a_contract(3, before=before), before=before, alongside=alongside)

    assert stored.contracts.find(NUMBER) == a_contract(2)
    assert stored.written() == []


def test_the_contract_and_the_registers_writes_are_kept_together(stored: Stored) -> None:
    stored.save(a_contract(), before=None, alongside=stored.write("period"))
    with pytest.raises(ChangedMeanwhile):
        stored.save(a_contract(2), before=a_contract(), alongside=stored.write("period"))

    assert stored.contracts.find(NUMBER) == a_contract()
    assert stored.written() == ["period"]


@pytest.mark.parametrize(("number", "version"), [(NUMBER, 2), (None, None), (NUMBER, None)])
def test_a_version_is_held_once(stored: Stored, number: str | None, version: int | None) -> None:
    held = HeldVersion(
        message_id="msg_1",
        number=number,
        version=version,
        place=HoldPlace.QUARANTINED,
        reason=HoldReason.UNKNOWN_SCHEMA,
        received_at="2026-11-22T09:00:00.000Z",
    )
    assert not stored.contracts.is_held(held)

    stored.hold(held, message=as_text(an_event()))

    assert stored.contracts.is_held(held)
    with pytest.raises(ChangedMeanwhile):
        stored.hold(held, message=as_text(an_event()))


def test_a_version_that_comes_to_be_held_for_something_else_says_so(stored: Stored) -> None:
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

    stored.hold(first, message="{}")
    assert not stored.contracts.is_held(then)
    stored.hold(then, message="{}")

    assert stored.contracts.is_held(then)
    with pytest.raises(ChangedMeanwhile):
        stored.hold(then, message="{}")


def test_what_is_held_holds_nothing_personal_in_clear() -> None:
    import json

    from ishtirak.adapters import dynamo
    from ishtirak.adapters.aws.contract_table import ContractTable
    from ishtirak.adapters.transaction import DynamoTransaction

    with register_table() as table:
        encryption = CountingEncryption()
        contracts = ContractTable(table, encryption=encryption)
        event = an_event()
        held = HeldVersion(
            message_id="msg_1",
            number=NUMBER,
            version=1,
            place=HoldPlace.HELD_FOR_IDENTITY,
            reason=HoldReason.PERSON_UNKNOWN,
            received_at="2026-11-22T09:00:00.000Z",
        )

        DynamoTransaction().commit(contracts.hold(held, message=as_text(event) + " " * 12_000))

        kept = dynamo.get(table, f"CONTRACT#{NUMBER}", "HELD#0000000001")
        assert kept is not None
        item = json.dumps(kept, ensure_ascii=False)
        assert all(value not in item for value in (event["worker"]["identity_number"], BORN, "Sara", "سارة"))
        assert encryption.encryptions == 4
        assert contracts.held(NUMBER) == (held,)


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


def ingest(register: Register, contracts: Contracts, *events: Document) -> None:
    for event in events:
        apply_contract(
            SignedMessage(id="msg_1", text=as_text(event)),
            contracts=contracts,
            people=register.people,
            establishments=register.establishments,
            accounts=register.accounts,
            bills=register.bills,
            calculator=bill_calculator(),
            directory=InMemoryDirectory(),
            residency=InMemoryResidency(),
            fingerprints=OneFingerprint(),
            encryption=PlainEncryption(),
            clock=FixedClock(),
            transaction=register.transaction,
        )


class OneFingerprint:
    def of(self, identity: Any) -> str:
        return FINGERPRINT


def with_worker_and_employer(register: Register) -> Register:
    register.transaction.commit(
        register.people.save(a_contributor(birth_date=CivilDate.parse(BORN)), fingerprint=FINGERPRINT),
        register.establishments.save(an_establishment(MITHAL)),
    )
    return register


def standing_after(events: Any) -> Any:
    register, contracts = with_worker_and_employer(in_memory_register()), InMemoryContracts()
    ingest(register, contracts, *events, *events)
    return standing_in(register, contracts)


def standing_in(register: Register, contracts: Contracts) -> Any:
    state = register.accounts.state(PERSON, System.SOCIAL_INSURANCE)
    entries = register.accounts.entries(PERSON, System.SOCIAL_INSURANCE)
    assert statement.projection(entries) == state.projection
    standing = [
        period.model_copy(update={"revision": 1, "source": None})
        for period in register.accounts.periods(PERSON)
        if period.stands
    ]
    assert {period.id for period in standing} == {span.period_id for span in state.projection.standing}
    contract = contracts.find(NUMBER)
    assert contract is not None
    return contract.version, contract.service, contract.versions, standing, state.projection.standing


@pytest.mark.parametrize("life", [LIFE, CANCELLED])
def test_a_contracts_life_ends_alike_in_memory_and_on_the_table(life: list[Document]) -> None:
    from ishtirak.adapters.aws.contract_table import ContractTable

    with register_table() as table:
        register = with_worker_and_employer(register_on(table))
        contracts = ContractTable(table, encryption=PlainEncryption())
        ingest(register, contracts, *reversed(life), *life)

        assert standing_in(register, contracts) == standing_after(life)


def test_an_order_is_a_first_registration_and_its_changes_named_in_one_chain() -> None:
    register = in_memory_register()
    with_worker_and_employer(register)
    accounts = register.accounts
    assert isinstance(accounts, InMemoryAccounts)

    ingest(register, InMemoryContracts(), *LIFE)

    assert [event.type for event in accounts.events] == [
        "ContractRegistered",
        "ContractAmended",
        "ContractAmended",
        "ContractEnded",
    ]
    assert {event.source for event in accounts.events} == {"ishtirak.contracts"}
    assert [event.data["version"] for event in accounts.events] == [1, 2, 3, 4]
    assert accounts.events[0].data["contract_number"] == NUMBER
    assert len(accounts.entries(PERSON, System.SOCIAL_INSURANCE)) == 7
