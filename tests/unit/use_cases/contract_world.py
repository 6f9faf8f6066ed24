"""One register that knows an employer and a worker, and a consumer of Qiwa's events in front of it."""

from dataclasses import dataclass, field
from typing import Any

from ishtirak.billing.lateness import bill_calculator
from ishtirak.contracts.model import ContractOutcome, HoldReason
from ishtirak.kernel.dates import CivilDate
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.use_cases.apply_contract import apply_contract
from ishtirak.webhooks.signatures import SignedMessage
from tests.fakes.contracts import (
    BORN,
    WORKER,
    Document,
    FixedClock,
    InMemoryContracts,
    PlainFingerprints,
    as_text,
)
from tests.fakes.directory import InMemoryDirectory
from tests.fakes.register import (
    MITHAL,
    PERSON,
    InMemoryAccounts,
    InMemoryBills,
    InMemoryEstablishments,
    InMemoryPeople,
    a_contributor,
    an_establishment,
)
from tests.fakes.residency import InMemoryResidency
from tests.fakes.sessions import PlainEncryption
from tests.fakes.transaction import InMemoryTransaction

FINGERPRINT = f"fingerprint-{WORKER}"
LATE = "REPORTED_LATE"


def a_worker(**facts: Any) -> Contributor:
    return a_contributor(birth_date=CivilDate.parse(BORN), **facts)


@dataclass
class World:
    """One register that knows an employer and a worker, and a consumer of events in front of it."""

    contracts: InMemoryContracts = field(default_factory=InMemoryContracts)
    people: InMemoryPeople = field(
        default_factory=lambda: InMemoryPeople({PERSON: a_worker()}, {FINGERPRINT: PERSON})
    )
    establishments: InMemoryEstablishments = field(
        default_factory=lambda: InMemoryEstablishments({MITHAL.reveal(): an_establishment()})
    )
    accounts: InMemoryAccounts = field(default_factory=InMemoryAccounts)
    directory: InMemoryDirectory = field(default_factory=InMemoryDirectory)
    bills: InMemoryBills = field(default_factory=InMemoryBills)
    residency: InMemoryResidency = field(default_factory=InMemoryResidency)
    clock: FixedClock = field(default_factory=FixedClock)

    def take(self, document: Document, *, message_id: str = "msg_1") -> ContractOutcome:
        return self.read(as_text(document), message_id=message_id)

    def read(self, text: str, *, message_id: str = "msg_1") -> ContractOutcome:
        return apply_contract(
            SignedMessage(id=message_id, text=text),
            contracts=self.contracts,
            people=self.people,
            establishments=self.establishments,
            accounts=self.accounts,
            bills=self.bills,
            calculator=bill_calculator(),
            directory=self.directory,
            residency=self.residency,
            fingerprints=PlainFingerprints(),
            encryption=PlainEncryption(),
            clock=self.clock,
            transaction=InMemoryTransaction(),
        )

    def forget_worker(self) -> None:
        self.people.people.clear()
        self.people.numbers.clear()

    def replace_worker(self, **facts: Any) -> None:
        self.people.people[PERSON] = a_worker(**facts)

    def replace_employer(self, employer: Establishment) -> None:
        self.establishments.employers[MITHAL.reveal()] = employer

    @property
    def standing(self) -> dict[str, RecordedPeriod]:
        """The periods that stand, by the number of the contract behind them."""
        return {
            period.source.reference: period for period in self.accounts.recorded.values() if period.stands
        }

    @property
    def reason(self) -> HoldReason:
        ((held, _),) = self.contracts.waiting.values()
        return held.reason
