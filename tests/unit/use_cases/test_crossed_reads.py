"""A write that comes between two reads of one decision: the decision is taken again, never on halves of two states."""

from collections.abc import Callable, Sequence

import pytest

from ishtirak.contracts.model import Contract, ContractOutcome
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.insurance import System
from ishtirak.register.ledger import LedgerEntry
from ishtirak.use_cases.billed_account import entries_of
from tests.fakes.contracts import InMemoryContracts, an_event
from tests.fakes.register import PERSON, InMemoryAccounts
from tests.unit.use_cases.contract_world import World

AMENDED = an_event(type="contract.amended", version=2, terms__wage__basic=900_000)
AMENDED_AGAIN = an_event(type="contract.amended", version=3, terms__wage__basic=950_000)


class CrossedAccounts(InMemoryAccounts):
    """Once, somebody else writes between the state of an account and its ledger."""

    meanwhile: Callable[[], object] | None = None

    def entries(self, person_id: str, system: System) -> Sequence[LedgerEntry]:
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return super().entries(person_id, system)


class CrossedContracts(InMemoryContracts):
    """Once, the contract is written right after it was read."""

    meanwhile: Callable[[], object] | None = None

    def find(self, number: str) -> Contract | None:
        found = super().find(number)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return found


def test_a_contract_version_is_judged_again_when_another_is_applied_between_its_reads() -> None:
    accounts = CrossedAccounts()
    world = World(accounts=accounts)
    world.take(an_event())
    accounts.meanwhile = lambda: world.take(AMENDED, message_id="msg_2")

    outcome = world.take(AMENDED_AGAIN, message_id="msg_3")

    assert outcome is ContractOutcome.AMENDED
    assert world.for_contract.wages[-1].basic == 950_000
    assert [entry.seq for entry in accounts.entries(PERSON, System.SOCIAL_INSURANCE)] == [1, 2, 3, 4, 5]


def test_a_request_is_not_posted_on_halves_of_two_states() -> None:
    """The workflow tries the step again after `ChangedMeanwhile`, and gives up after anything it does not know."""
    accounts = CrossedAccounts()
    world = World(accounts=accounts)
    world.take(an_event())
    accounts.meanwhile = lambda: world.take(AMENDED, message_id="msg_2")

    with pytest.raises(ChangedMeanwhile):
        world.claim("2025-01-01", "2025-03-31", ("2025-01", "2025-03", 800_000))


def test_a_ledger_that_fits_its_state_is_given_as_it_is() -> None:
    world = World()
    world.take(an_event())
    state = world.accounts.state(PERSON, System.SOCIAL_INSURANCE)

    entries = entries_of(state, accounts=world.accounts)

    assert [entry.seq for entry in entries] == [1]


def test_a_version_is_not_held_for_what_another_delivery_did_between_its_reads() -> None:
    """The first version, delivered twice at once: the slower one must not be left to an officer."""
    contracts, world = CrossedContracts(), World()
    world.contracts = contracts
    contracts.meanwhile = lambda: world.take(an_event())

    outcome = world.take(an_event())

    assert outcome is ContractOutcome.ALREADY_APPLIED
    assert contracts.waiting == {}
    assert len(world.accounts.recorded) == 1
