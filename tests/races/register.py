"""Races about an account: contracts in any order, requests posted, money coming in, decisions about bills."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ishtirak.contracts.model import ContractOutcome
from ishtirak.eventlog.event import Chain
from ishtirak.kernel.errors import DomainError, Unavailable
from ishtirak.kernel.insurance import System
from ishtirak.use_cases.settle_payment import PaymentOutcome
from ishtirak.use_cases.waive_fines import waive_fines
from tests.fakes.bills import OFFICER, BilledAccount, a_notice, desk_of, reason
from tests.fakes.contracts import an_event
from tests.fakes.register import PERSON, in_memory_register
from tests.faults.work import not_so
from tests.races.interleaving import Act, Interleaving
from tests.unit.use_cases.contract_world import World

_VERSIONS = (
    an_event(),
    an_event(type="contract.amended", version=2, terms__wage__basic=900_000),
    an_event(type="contract.amended", version=3, terms__wage__basic=950_000),
)
TRIES = 8


def again[Result](act: Callable[[], Result]) -> Result:
    """As a queue does it: until it is taken."""
    for _ in range(TRIES):
        try:
            return act()
        except Unavailable:
            continue
    raise Unavailable()


def contracts_in_any_order(turn: Interleaving) -> list[str]:
    """Versions of one contract, each once or twice, in any order and at once: what stands is what the newest says."""
    world = _world_of(turn)
    messages = [(version, f"msg_{version['version']}") for version in _VERSIONS]
    taken = messages + turn.choice.choices(messages, k=turn.choice.randint(0, 3))
    turn.choice.shuffle(taken)
    results = turn.run(
        {
            f"{place}": partial(again, partial(world.take, document, message_id=message))
            for place, (document, message) in enumerate(taken)
        }
    )
    return [
        *not_so(every_version_is_taken=all(isinstance(one, ContractOutcome) for one in results.values())),
        *_as_if_in_order(world),
    ]


def _world_of(turn: Interleaving) -> World:
    world = World()
    for name in ("contracts", "people", "establishments", "accounts", "bills"):
        setattr(world, name, turn.over(getattr(world, name)))
    return world


def _as_if_in_order(world: World) -> list[str]:
    standing = [period for period in world.accounts.recorded.values() if period.stands]
    contracts = world.contracts
    entries = world.accounts.entries(PERSON, System.SOCIAL_INSURANCE)
    state = world.accounts.state(PERSON, System.SOCIAL_INSURANCE)
    events = world.accounts.events
    hashes = [Chain().hash, *(event.hash for event in events)]
    return not_so(
        one_contract=len(contracts.contracts) == 1,
        no_version_is_held_for_a_race=not contracts.waiting,
        the_newest_version_counts=[contract.version for contract in contracts.contracts.values()] == [3],
        one_period=len(standing) == 1,
        at_the_newest_wage=len(standing) == 1 and standing[0].wages[-1].basic == 950_000,
        entries_without_a_gap=[entry.seq for entry in entries] == list(range(1, len(entries) + 1)),
        one_chain=[event.previous_hash for event in events] == hashes[:-1]
        and state.chain == Chain(len(events), hashes[-1]),
    )


class _Account:
    """A billed account whose ports let others go on."""

    def __init__(self, turn: Interleaving) -> None:
        self.plain = BilledAccount()
        shared = self.plain.register
        self.actors = object.__new__(BilledAccount)
        self.actors.__dict__.update(self.plain.__dict__)
        self.actors.register = in_memory_register()
        for name in ("people", "establishments", "accounts", "bills", "payments", "transaction"):
            setattr(self.actors.register, name, turn.over(getattr(shared, name)))

    def whole(self) -> list[str]:
        events = self.plain.events
        hashes = [Chain().hash, *(event.hash for event in events)]
        return not_so(
            one_chain=[event.previous_hash for event in events] == hashes[:-1]
            and self.plain.state.chain == Chain(len(events), hashes[-1]),
            entries_without_a_gap=[entry.seq for entry in self.plain.entries]
            == list(range(1, len(self.plain.entries) + 1)),
        )


def paid_at_once(turn: Interleaving) -> list[str]:
    """Payments for one bill, notices of them twice, and a waiver meanwhile: each payment counts once."""
    account = _Account(turn)
    payments = turn.choice.randint(1, 3)
    notices = [a_notice(reference=f"WF{number}", amount=1_000) for number in range(payments)]
    heard = notices + turn.choice.choices(notices, k=turn.choice.randint(1, 2))
    acts: dict[str, Act] = {
        f"notice {place}": partial(again, partial(account.actors.settle, notice))
        for place, notice in enumerate(heard)
    }
    if turn.choice.random() < 0.5:
        acts["waive"] = partial(_waive, account)
    results = turn.run(acts)
    told: list[Any] = [result for name, result in results.items() if name != "waive"]
    bill = account.plain.bill
    waived = "waive" in acts and not isinstance(results["waive"], DomainError)
    return [
        *account.whole(),
        *not_so(
            every_notice_is_taken=all(isinstance(one, PaymentOutcome) for one in told),
            each_payment_counts_once=sorted(one.reference for one in bill.payments)
            == [notice.payment_reference for notice in notices],
            the_others_are_duplicates=told.count(PaymentOutcome.DUPLICATE) == len(heard) - payments,
            the_waiver_is_there_when_it_was_granted=len(bill.decisions) == int(waived),
        ),
    ]


def _waive(account: _Account) -> Any:
    desk = desk_of(account.actors)
    return waive_fines(
        account.plain.bill_id,
        percent=10,
        board_resolution=None,
        by=OFFICER,
        desk=desk,
        transaction=account.actors.register.transaction,
        **reason(),
    )


def contract_and_request(turn: Interleaving) -> list[str]:
    """A contract is registered while an earlier period of the same person is posted: both stand, on one chain."""
    world = _world_of(turn)
    wages = ("2025-01", "2025-03", 800_000)
    acts: dict[str, Act] = {
        "contract": partial(again, partial(world.take, _VERSIONS[0])),
        "contract again": partial(again, partial(world.take, _VERSIONS[0])),
        "request": partial(_posted, world, wages),
    }
    chosen = turn.choice.sample(sorted(acts), turn.choice.randint(2, 3))
    results = turn.run({name: acts[name] for name in chosen})
    refused = [name for name, one in results.items() if isinstance(one, DomainError)]
    kinds = {name.split()[0] for name in chosen}
    standing = [period for period in world.accounts.recorded.values() if period.stands]
    events = world.accounts.events
    hashes = [Chain().hash, *(event.hash for event in events)]
    return not_so(
        nobody_is_refused=refused == [],
        each_is_recorded_once=len(standing) == len(kinds),
        one_chain=[event.previous_hash for event in events] == hashes[:-1],
    )


def _posted(world: World, wages: tuple[str, str, int]) -> Any:
    """As the workflow does it: tried again when the account moved."""
    for _ in range(TRIES):
        try:
            return world.claim("2025-01-01", "2025-03-31", wages)
        except DomainError as refused:
            last = refused
    raise last
